// SPDX-License-Identifier: MIT
import { Missing } from "@pyspy/schemas";
import { ForeignRecordingError } from "../../errors.ts";
import { decodeText } from "../../read/text.ts";
import { CaptureMaker } from "../capture-maker.ts";
import { FOREIGN_FORMATS, type ImportOptions } from "../foreign-format.ts";
import type { Importer } from "../importer.ts";
import {
  isArray,
  isObject,
  numberOf,
  type Parsed,
  type ParsedObject,
  textOf,
} from "../json-shape.ts";
import { KnownThreads } from "../known-threads.ts";
import { WholeInput } from "../whole-input.ts";
import { countSamples } from "./count-samples.ts";
import { eventedStacks } from "./evented-stacks.ts";
import { profileOwner } from "./profile-owner.ts";
import { checkFrame, fail, type WeightedStack } from "./weighted-stack.ts";

/** A text of more does not fit in a string of every engine. */
const MOST_BYTES = 256 * 2 ** 20;
const USUAL_RATE_HERTZ = 100;
const UNIT_NANOS: Readonly<Record<string, number>> = {
  nanoseconds: 1,
  microseconds: 1e3,
  milliseconds: 1e6,
  seconds: 1e9,
};
/** What our own files add up once more behind the threads. */
const MERGED = "All threads, merged";

/** The file format of speedscope (file-format-spec.ts of version 1.25), whoever wrote it. */
export class SpeedscopeImporter implements Importer {
  readonly #input = new WholeInput(FOREIGN_FORMATS.speedscope, MOST_BYTES);
  readonly #rateHertz: number | undefined;

  constructor({ rateHertz }: ImportOptions) {
    this.#rateHertz = rateHertz;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#input.push(bytes);
    return [];
  }

  finish(): Uint8Array[] {
    const file = parse(this.#input.bytes());
    const shared = file["shared"];
    const frames = isObject(shared) ? shared["frames"] : undefined;
    const profiles = file["profiles"];
    if (!isArray(frames)) fail("shared.frames", "there are no frames");
    if (!isArray(profiles)) fail("profiles", "there are none");
    const own = /^pyspy-analyze@/.test(textOf(file["exporter"]));
    const wanted = profiles.filter(
      (profile) => !(own && isObject(profile) && profile["name"] === MERGED),
    );
    const rateHertz = this.#rateHertz ?? USUAL_RATE_HERTZ;
    const reckoned =
      this.#rateHertz === undefined &&
      wanted.some((each) => isObject(each) && each["unit"] === "none");
    const maker = new CaptureMaker({
      format: "speedscope",
      program: textOf(file["exporter"]).slice(0, 100),
      rateHertz: this.#rateHertz ?? 0,
      missing: [Missing.TIMES, Missing.GIL, Missing.OS_STATE],
      losses: [
        "A speedscope file has weights one after the other and not when they were: idle time may be missing between them, so nothing can be asked about times.",
        "Who held the GIL, CPU time and what blocked is not in it: all that is there counts as active.",
        "How often a stack was seen is reckoned from its weight, where all weights are multiples of one; else each entry counts once.",
        ...(reckoned
          ? [
              `It counts samples: seconds here are reckoned at ${rateHertz} samples per second (--input-rate says otherwise).`,
            ]
          : []),
      ],
    });
    const frameOf = frames.map((frame, at) => makeFrame(frame, at, maker));
    const threads = new KnownThreads(maker, "");
    wanted.forEach((profile, at) => {
      const { stacks, nanosPerUnit, name } = readProfile(profile, at, frameOf.length, rateHertz);
      const thread = threads.thread(profileOwner(name, at));
      const samplesOf = countSamples(stacks, nanosPerUnit === 1e9 / rateHertz);
      stacks.forEach(({ frames: indexes, weight }, i) => {
        // A stack of no frame is time in which nothing was seen.
        if (indexes.length === 0 || weight === 0) return;
        const stack = indexes.reduce((parent, index) => maker.stack(parent, frameOf[index]!), 0);
        const wallNanos = Math.round(weight * nanosPerUnit);
        if (wallNanos > Number.MAX_SAFE_INTEGER)
          fail(`profiles[${at}]`, "it is longer than 104 days");
        maker.weigh(thread, stack, { samples: samplesOf(i), wallNanos, cpuNanos: 0 });
      });
    });
    return maker.finish({ nanos: 0 });
  }
}

function parse(bytes: Uint8Array): ParsedObject {
  let parsed: Parsed;
  try {
    parsed = JSON.parse(decodeText(bytes)) as Parsed;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ForeignRecordingError(
      FOREIGN_FORMATS.speedscope,
      "",
      `it is no valid JSON: ${reason.slice(0, 200)}`,
    );
  }
  if (!isObject(parsed)) fail("", "it is no object");
  return parsed;
}

function makeFrame(frame: Parsed, at: number, maker: CaptureMaker): number {
  if (!isObject(frame)) fail(`shared.frames[${at}]`, "there is no object");
  // Columns count from 1.
  const [line, column] = [numberOf(frame["line"]), numberOf(frame["col"])];
  return maker.frame(textOf(frame["name"]), textOf(frame["file"]), line, Math.floor(column) - 1);
}

function readProfile(
  profile: Parsed,
  at: number,
  frameCount: number,
  rateHertz: number,
): {
  readonly name: string;
  readonly stacks: readonly WeightedStack[];
  readonly nanosPerUnit: number;
} {
  const where = `profiles[${at}]`;
  if (!isObject(profile)) fail(where, "there is no object");
  const unit = textOf(profile["unit"]);
  const nanosPerUnit = unit === "none" ? 1e9 / rateHertz : UNIT_NANOS[unit];
  if (nanosPerUnit === undefined) fail(where, `its unit is ${unit || "missing"}, which is no time`);
  const name = textOf(profile["name"]);
  const stacks =
    profile["type"] === "evented"
      ? eventedStacks(profile, frameCount, where)
      : sampledStacks(profile, frameCount, where);
  return { name, stacks, nanosPerUnit };
}

function sampledStacks(profile: ParsedObject, frameCount: number, where: string): WeightedStack[] {
  const { samples, weights } = profile as { samples?: Parsed; weights?: Parsed };
  if (!isArray(samples) || !isArray(weights)) fail(where, "it has no samples and weights");
  if (samples.length !== weights.length) {
    fail(where, `it has ${samples.length} samples and ${weights.length} weights`);
  }
  return samples.map((frames, i) => {
    const weight = weights[i];
    if (typeof weight !== "number" || !(weight >= 0) || !Number.isFinite(weight)) {
      fail(`${where}.weights[${i}]`, "there is no weight");
    }
    if (!isArray(frames)) fail(`${where}.samples[${i}]`, "there is no stack");
    for (const frame of frames) checkFrame(frame, frameCount, `${where}.samples[${i}]`);
    return { frames: frames as readonly number[], weight };
  });
}
