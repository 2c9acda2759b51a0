import { describe, expect, it } from "vitest";
import { PyspyError } from "../errors.ts";
import type { Profile } from "../model/profile.ts";
import { validateProfile } from "../model/validate-profile.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { concatBytes } from "../write/record-writer.ts";
import { readCapture } from "./read-capture.ts";

/** Thousands of captures are read. */
const SLOW = { timeout: 60_000 };

const CAPTURE = captureOf("a;b 3\na;c:7 4\nw gil S: m 5", { blockTicks: 2 });
const WHOLE = readCapture(CAPTURE);

/** The profile, `undefined` for an error of our own; fails for any other. */
function readHostile(bytes: Uint8Array): Profile | undefined {
  let profile: Profile;
  try {
    profile = readCapture(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PyspyError);
    return undefined;
  }
  expect(validateProfile(profile)).toEqual([]);
  return profile;
}

function samplesOf(profile: Profile): number {
  return selectAll(profile).totals.samples;
}

describe("a capture cut at any byte", () => {
  it("opens with what was whole, and says that it was cut", SLOW, () => {
    let before = 0;
    let opened = 0;
    for (let length = 1; length < CAPTURE.length; length++) {
      const profile = readHostile(CAPTURE.subarray(0, length));
      if (profile === undefined) continue;
      opened++;
      const samples = samplesOf(profile);
      expect(samples).toBeGreaterThanOrEqual(before);
      before = samples;
      expect(profile.recordings.at(-1)!.endReason).toBeUndefined();
    }
    expect(before).toBe(samplesOf(WHOLE));
    expect(opened).toBeGreaterThan(CAPTURE.length * 0.9);
  });
});

describe("a cut capture with another one appended", () => {
  it("gives all of the second, wherever the first was cut", SLOW, () => {
    const second = captureOf("x;y;z 9\nv 4");
    const wanted = samplesOf(readCapture(second));
    let mixed = 0;
    for (let length = 1; length < CAPTURE.length; length++) {
      const first = CAPTURE.subarray(0, length);
      const before = readHostile(first);
      const profile = readHostile(concatBytes([first, second]))!;
      const samples = (before === undefined ? 0 : samplesOf(before)) + wanted;
      // The record that was cut may by chance end where one of the second file does.
      if (profile.damage.some(({ kind }) => kind === "checksum")) mixed++;
      else expect(samplesOf(profile), `cut at ${length}`).toBe(samples);
    }
    expect(mixed).toBeLessThan(3);
  });
});

describe("a capture with a flipped bit", () => {
  it("never changes its totals without a word", SLOW, () => {
    for (let bit = 0; bit < CAPTURE.length * 8; bit++) {
      const bytes = CAPTURE.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const profile = readHostile(bytes);
      if (profile === undefined) continue;
      const samples = samplesOf(profile);
      if (profile.damage.length === 0) {
        expect(samples, `bit ${bit}`).toBe(samplesOf(WHOLE));
        expect(profile.functions).toEqual(WHOLE.functions);
        expect(profile.samples.cpuNanos).toEqual(WHOLE.samples.cpuNanos);
      } else {
        expect(samples, `bit ${bit}`).toBeLessThanOrEqual(samplesOf(WHOLE));
      }
    }
  });
});
