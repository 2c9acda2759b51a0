// SPDX-License-Identifier: MIT

import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type CaptureOptions, capture } from "@pyspy/capture";
import type { CliIo } from "../cli-io.ts";
import { InputError } from "../errors.ts";
import { inputBytes } from "../input/input-bytes.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";

/** A capture that is being made, and how to let go of it. */
export interface LiveSource {
  /** As they come. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Nobody but the recording itself says that it has ended: a file does not. */
  readonly endsByItself: boolean;
  /** Asks for the end: of what an agent of ours records there is still a little to come. */
  stop(): void;
}

/** Bytes of a file that are read at a time, and how often one that grows is looked at. */
const PIECE_BYTES = 1 << 18;
const LOOK_MS = 100;

/** What an agent of ours records; what it says goes to `onMessage`. */
export function agentSource(
  options: CaptureOptions,
  onMessage: (text: string) => void,
): LiveSource {
  const stopped = new AbortController();
  return {
    // A process of its own: a capability is given to the agent, and a crash stays outside.
    bytes: capture({ ...options, runIn: "process", signal: stopped.signal, onMessage }),
    endsByItself: false,
    stop: () => stopped.abort(),
  };
}

/** What an agent elsewhere sends. */
export function streamSource(io: CliIo): LiveSource {
  return {
    bytes: inputBytes(STANDARD_STREAM, io),
    endsByItself: false,
    stop: () => io.stdin.close(),
  };
}

/** A file that grows: from its beginning on, and then for as long as it is looked at. */
export function growingFileSource(path: string, io: CliIo): LiveSource {
  let stopped = false;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const file = await open(resolve(io.cwd, path), "r").catch((error: unknown) => {
      throw new InputError(path, error);
    });
    try {
      while (!stopped) {
        const piece = new Uint8Array(PIECE_BYTES);
        const { bytesRead } = await file.read(piece, 0, PIECE_BYTES);
        if (bytesRead > 0) yield piece.subarray(0, bytesRead);
        else await delay(LOOK_MS);
      }
    } finally {
      await file.close();
    }
  }
  return {
    bytes: bytes(),
    endsByItself: true,
    stop: () => {
      stopped = true;
    },
  };
}
