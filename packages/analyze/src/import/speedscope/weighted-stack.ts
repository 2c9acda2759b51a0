// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../../errors.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import type { Parsed } from "../json-shape.ts";

/** A stack, outermost first as indexes of frames, and what it weighs in the unit of its profile. */
export interface WeightedStack {
  readonly frames: readonly number[];
  readonly weight: number;
}

/** @throws ForeignRecordingError for what is no index of a frame. */
export function checkFrame(
  frame: Parsed | undefined,
  frameCount: number,
  where: string,
): asserts frame is number {
  const isIndex = typeof frame === "number" && Number.isInteger(frame);
  if (!isIndex || frame < 0 || frame >= frameCount) {
    fail(where, `it names frame ${JSON.stringify(frame)?.slice(0, 40)} of ${frameCount}`);
  }
}

/** @throws ForeignRecordingError always. */
export function fail(where: string, problem: string): never {
  throw new ForeignRecordingError(FOREIGN_FORMATS.speedscope, where, problem);
}
