// SPDX-License-Identifier: MIT

import { CaptureReader, type Damage, EmptyCaptureError, type Profile } from "@pyspy/analyze";
import type { CliIo } from "../cli-io.ts";
import { InputError, UsageError } from "../errors.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";
import { capturesIn } from "./captures-in.ts";
import type { KeptCaptures } from "./kept-captures.ts";
import { ReadProgress } from "./read-progress.ts";
import { unzip } from "./unzip.ts";

/** All inputs of a command, read into one profile. */
export interface ReadInputs {
  readonly profile: Profile;
  /** What could not be used, by input. Inputs that are whole have no entry. */
  readonly damaged: readonly DamagedInput[];
}

export interface DamagedInput {
  /** `undefined`: one of several, which could not be looked at a second time. */
  readonly path: string | undefined;
  /** What that input holds by itself. */
  readonly profile: Profile;
  readonly damage: readonly Damage[];
}

/**
 * Reads captures, "-" being standard input, and those that HTML reports carry.
 *
 * @param kept keeps their bytes.
 * @throws InputError when one of them cannot be read, or nothing in it can be used; its cause is the
 *   error of the system or of the reader.
 */
export async function readInputs(
  paths: readonly string[],
  io: CliIo,
  kept?: KeptCaptures,
): Promise<ReadInputs> {
  if (paths.filter((path) => path === STANDARD_STREAM).length > 1) {
    throw new UsageError("standard input (-) can be read only once");
  }
  const reader = new CaptureReader();
  for (const path of paths) await about(path, () => feed(reader, path, io, kept));
  const profile = await about(paths[0]!, async () => {
    try {
      return reader.finish();
    } catch (error) {
      // Which of several it was, only each alone can tell.
      if (paths.length > 1) await readEach(paths, io);
      throw error;
    }
  });
  if (profile.damage.length === 0) return { profile, damaged: [] };
  if (paths.length === 1)
    return { profile, damaged: [{ path: paths[0], profile, damage: profile.damage }] };
  const damaged = (await readEach(paths, io)).filter(({ damage }) => damage.length > 0);
  const unknown = { path: undefined, profile, damage: profile.damage };
  return { profile, damaged: damaged.length > 0 ? damaged : [unknown] };
}

async function feed(
  reader: CaptureReader,
  path: string,
  io: CliIo,
  kept?: KeptCaptures,
): Promise<void> {
  const progress = new ReadProgress(io);
  let captures = 0;
  try {
    const onRead = (read: number, length: number | undefined) => progress.tell(path, read, length);
    for await (const capture of capturesIn(path, io, onRead)) {
      captures++;
      await unzip((kept?.keep(capture) ?? capture).bytes, reader);
      reader.endInput();
    }
  } finally {
    await progress.end();
  }
  if (captures === 0) throw new EmptyCaptureError();
}

/**
 * Reads every input once more, alone. Read as one stream, several inputs say neither which of them
 * is damaged nor that one of them is no capture at all.
 */
async function readEach(paths: readonly string[], io: CliIo): Promise<DamagedInput[]> {
  const inputs: DamagedInput[] = [];
  for (const path of paths) {
    if (path === STANDARD_STREAM) continue;
    const profile = await about(path, async () => {
      const reader = new CaptureReader();
      await feed(reader, path, io);
      return reader.finish();
    });
    inputs.push({ path, profile, damage: profile.damage });
  }
  return inputs;
}

async function about<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UsageError || error instanceof InputError) throw error;
    throw new InputError(path, error);
  }
}
