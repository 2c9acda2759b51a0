// SPDX-License-Identifier: MIT

import { isRecorded, type Profile, thinCapture } from "@pyspy/analyze";
import { gzipSync } from "fflate";
import { blockLength, type PackedCapture } from "./packed-capture.ts";

/** Fewer ticks of what was recorded. */
export interface ThinnedCapture {
  readonly capture: PackedCapture;
  /** Of as many ticks, one is here; 1: all of them, packed anew. */
  readonly every: number;
  /** Ticks that are here. */
  readonly ticks: number;
}

/** Fewer ticks answer no question: 10 % could not be told from 5 %. */
const FEWEST_TICKS = 150;
const MOST_TRIES = 7;
/** A part of the room that is good enough. */
const WELL_FILLED = 0.7;

/** As many ticks of a recording as there is room for, in characters; `undefined`: too few to be of use. */
export function thinnedToFit(
  captures: readonly PackedCapture[],
  recorded: Profile,
  room: number,
): ThinnedCapture | undefined {
  // What was weighed and not seen at ticks has none to leave out.
  if (room <= 0 || !isRecorded(recorded, "times")) return undefined;
  const all = recorded.recordings.reduce((sum, { ticks }) => sum + ticks.length, 0);
  const most = Math.floor(all / FEWEST_TICKS);
  const length = captures.reduce((sum, each) => sum + blockLength(each), 0);
  let best: ThinnedCapture | undefined;
  // What is known not to fit.
  let tooMany = 0;
  let every = Math.max(1, Math.min(most, Math.round((0.6 * length) / Math.max(room, 1))));
  for (let tries = 0; tries < MOST_TRIES && every <= most && every > tooMany; tries++) {
    const tried = thinned(captures, recorded, every);
    const filled = blockLength(tried.capture) / room;
    if (filled > 1) tooMany = every;
    else best = tried;
    if (best !== undefined && (filled > WELL_FILLED || every === 1)) break;
    const next = filled > 1 ? Math.ceil(every * filled * 1.05) : Math.ceil(every * filled * 1.1);
    every =
      best === undefined ? Math.min(Math.max(next, every + 1), most) : Math.max(next, tooMany + 1);
    if (best !== undefined && every >= best.every) break;
    if (best === undefined && tooMany >= most) break;
  }
  return best;
}

function thinned(
  captures: readonly PackedCapture[],
  recorded: Profile,
  every: number,
): ThinnedCapture {
  const file = thinCapture(recorded, every);
  // Another name than that of the file: it must not be taken for it, nor take its place.
  const name = `${(captures[0]?.name ?? "run").replace(/\.pspy$/, "")}.thinned.pspy`;
  const capture: PackedCapture = {
    name,
    fileBytes: file.length,
    // No time in its header: the same page twice is the same bytes.
    gzip: gzipSync(file, { mtime: 0, level: 9 }),
    packed: true,
    every,
  };
  const ticks = recorded.recordings.reduce(
    (sum, recording) => sum + Math.ceil(recording.ticks.length / every),
    0,
  );
  return { capture, every, ticks };
}
