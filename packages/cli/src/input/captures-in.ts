// SPDX-License-Identifier: MIT

import { basename } from "node:path";
import { type CarriedCapture, isReportPage, reportCaptures } from "@pyspy/analyze";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { foreignFormat, importedBytes, isCaptureHead, RECOGNISED_BYTES } from "./foreign-input.ts";
import { inputBytes } from "./input-bytes.ts";

/** A side of a comparison's page: "diff.html#before". */
const PAGE_OF_SIDES = /^(.+\.html?)#(before|after)$/is;
/** Enough to tell a page from a capture. */
const HEAD_BYTES = 64;

/** A capture of an input: the input itself, one that an HTML report carries, or one made of what others recorded. */
export interface InputCapture {
  /** Without directories. */
  readonly name: string;
  /** Plain or gzip. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly carried: CarriedCapture | undefined;
}

/**
 * The captures that an input holds. A page that carries none is passed on as it is: the reader says what it
 * looks like.
 *
 * @param onRead is told how many bytes were read so far, and how many there will be if anybody knows.
 * @throws as `inputBytes`.
 */
export async function* capturesIn(
  input: string,
  io: CliIo,
  onRead: (read: number, length: number | undefined) => Promise<void> = async () => {},
): AsyncGenerator<InputCapture> {
  const [, page = input, side] = PAGE_OF_SIDES.exec(input) ?? [];
  let length: number | undefined;
  const source = inputBytes(page, io, (known) => {
    length = known;
  });
  let read = 0;
  async function* told(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      yield piece;
      read += piece.length;
      await onRead(read, length);
    }
  }
  const pieces = told();
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { value: piece } = await pieces.next();
    if (piece === undefined) break;
    head = Buffer.concat([head, piece]);
  }
  if (head.length === 0) return;
  const name = basename(page);
  if (isCaptureHead(head) || io.readAs?.format === "pspy") {
    yield { name, bytes: joined([head], pieces), carried: undefined };
    return;
  }
  if (!isReportPage(head)) {
    let whole = false;
    while (head.length < RECOGNISED_BYTES && !whole) {
      const { value: piece } = await pieces.next();
      if (piece === undefined) whole = true;
      else head = Buffer.concat([head, piece]);
    }
    const format = io.readAs?.format ?? (await foreignFormat(head, whole));
    const bytes = joined([head], pieces);
    const captured = format === undefined ? bytes : importedBytes(bytes, format, io.readAs);
    yield { name, bytes: captured, carried: undefined };
    return;
  }
  const text: Uint8Array[] = [head];
  for await (const piece of pieces) text.push(piece);
  const all = reportCaptures(Buffer.concat(text));
  if (all.length === 0) yield { name, bytes: joined(text), carried: undefined };
  const carried = all.filter(({ sides }) => side === undefined || sides.includes(side));
  if (side === undefined && all.some(({ sides }) => sides.length > 0)) {
    throw new UsageError(`${page} is of two sides: ${page}#before or ${page}#after says which`);
  }
  if (side !== undefined && carried.length === 0 && all.length > 0) {
    throw new UsageError(`${page} carries no recording of the side ${side}`);
  }
  for (const each of carried) yield { name: each.name, bytes: joined([each.gzip]), carried: each };
}

async function* joined(
  before: readonly Uint8Array[],
  after: AsyncIterable<Uint8Array> | readonly Uint8Array[] = [],
): AsyncGenerator<Uint8Array> {
  yield* before;
  yield* after;
}
