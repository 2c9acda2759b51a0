// SPDX-License-Identifier: MIT

/** Elements that are put in one piece. */
const PIECE_ELEMENTS = 4096;

/** The elements of a JSON array, without its brackets, in pieces. */
export function* jsonElements<T>(
  list: Iterable<T>,
  write: (element: T) => string = (element) => JSON.stringify(element),
): Generator<string> {
  let piece = "";
  let count = 0;
  let separator = "";
  for (const element of list) {
    piece += separator + write(element);
    separator = ",";
    if (++count % PIECE_ELEMENTS > 0) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

/** A JSON array of numbers. */
export function* jsonNumbers(list: Iterable<number>): Generator<string> {
  yield "[";
  yield* jsonElements(list, String);
  yield "]";
}
