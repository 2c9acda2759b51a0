// SPDX-License-Identifier: MIT

/** Entries of a list that is in the order of time. */
interface Timed {
  readonly times: { readonly values: ArrayLike<number>; readonly length: number };
}

/**
 * Visits the entries of several lists in the order of time, those of one time together.
 *
 * @param visit is called with the list and the index in it.
 */
export function inTimeOrder(
  lists: readonly Timed[],
  visit: (list: number, index: number) => void,
): void {
  const next = new Int32Array(lists.length);
  const timeOf = (list: number): number => lists[list]!.times.values[next[list]!]!;
  // A heap of lists by the time of their next entry; the order of the lists decides among equals.
  const heap: number[] = [];
  const before = (a: number, b: number): boolean =>
    timeOf(a) < timeOf(b) || (timeOf(a) === timeOf(b) && a < b);
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  };
  lists.forEach(({ times }, list) => {
    if (times.length > 0) heap.push(list);
  });
  for (let at = heap.length - 1; at >= 0; at--) sink(at);
  while (heap.length > 0) {
    const list = heap[0]!;
    visit(list, next[list]!++);
    if (next[list] === lists[list]!.times.length) {
      const last = heap.pop()!;
      if (heap.length > 0) heap[0] = last;
    }
    sink(0);
  }
}
