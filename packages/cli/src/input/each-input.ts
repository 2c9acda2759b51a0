// SPDX-License-Identifier: MIT

import { EmptyCaptureError } from "@pyspy/analyze";
import type { CliIo } from "../cli-io.ts";
import { InputError, UsageError } from "../errors.ts";
import { capturesIn } from "./captures-in.ts";

/** What takes the bytes of captures, one input after the other. */
export interface ByteTaker<T> {
  push(bytes: Uint8Array): T;
  endInput(): T;
}

/**
 * Hands the bytes of the captures in inputs to `taker`, and on what it makes of them.
 *
 * @throws InputError, UsageError
 */
export async function* throughInputs<T>(
  paths: readonly string[],
  taker: ByteTaker<T>,
  io: CliIo,
): AsyncGenerator<T> {
  for (const path of paths) {
    try {
      let captures = 0;
      for await (const { bytes } of capturesIn(path, io)) {
        captures++;
        for await (const piece of bytes) yield taker.push(piece);
        yield taker.endInput();
      }
      if (captures === 0) throw new EmptyCaptureError();
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new InputError(path, error);
    }
  }
}

/** The pieces that came several at a time, one by one. */
export async function* flattened(
  pieces: AsyncIterable<readonly Uint8Array[]>,
): AsyncGenerator<Uint8Array> {
  for await (const several of pieces) yield* several;
}
