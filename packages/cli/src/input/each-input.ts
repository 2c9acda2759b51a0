// SPDX-License-Identifier: MIT

import { EmptyCaptureError } from "@pyspy/analyze";
import type { CliIo } from "../cli-io.ts";
import { InputError, UsageError } from "../errors.ts";
import { inputBytes } from "./input-bytes.ts";

/** What takes the bytes of captures, one input after the other. */
export interface ByteTaker<T> {
  push(bytes: Uint8Array): T;
  endInput(): T;
}

/**
 * Hands the bytes of inputs to `taker`, and on what it makes of them.
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
      let length = 0;
      for await (const bytes of inputBytes(path, io)) {
        length += bytes.length;
        yield taker.push(bytes);
      }
      if (length === 0) throw new EmptyCaptureError();
      yield taker.endInput();
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new InputError(path, error);
    }
  }
}
