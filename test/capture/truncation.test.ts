// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import {
  EmptyCaptureError,
  NotACaptureError,
  type Profile,
  PyspyError,
  readCapture,
  validateProfile,
} from "@pyspy/analyze";
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";

function samplesOf(profile: Profile): number {
  return profile.samples.ticks.reduce((sum, ticks) => sum + ticks, 0);
}

/** What becomes of a capture when it is cut: its samples, or the error. */
function opened(bytes: Uint8Array): Profile | PyspyError {
  try {
    const profile = readCapture(bytes);
    validateProfile(profile);
    return profile;
  } catch (error) {
    if (error instanceof PyspyError) return error;
    throw error;
  }
}

it("a real capture cut at any byte opens with what was whole, and says that it was cut", async () => {
  const { pid } = await startSample(anyInterpreter, "two_threads.py");
  // Longer than a second, so that it has several blocks; slow, as each cut is read as a whole.
  const { status, output } = await record(["-r", 40, "-d", 2.2, "-p", pid]);
  expect(status).toBe(0);
  const bytes = readFileSync(output);
  const whole = readCapture(bytes);
  expect(whole).toMatchObject({ damage: [], recordings: [{ endReason: expect.any(Number) }] });

  let before = 0;
  let opens = false;
  const steps = new Set<number>();
  for (let length = 0; length < bytes.length; length++) {
    const where = `cut at ${length} of ${bytes.length}`;
    const found = opened(bytes.subarray(0, length));
    if (found instanceof PyspyError) {
      expect(found, where).toBeInstanceOf(length === 0 ? EmptyCaptureError : NotACaptureError);
      // Once its header is whole, every longer piece opens.
      expect(opens, where).toBe(false);
      continue;
    }
    opens = true;
    const samples = samplesOf(found);
    // Never more than there were, never fewer than in a shorter piece.
    if (samples < before) expect.fail(`${where}: ${samples} samples after ${before}`);
    before = samples;
    steps.add(samples);
    // It has no end: either the cut is within a record, or the recording lacks its footer.
    const [recording] = found.recordings;
    expect(recording?.endReason, where).toBeUndefined();
    for (const { kind } of found.damage) expect(kind, where).toBe("truncated");
  }
  expect(opens).toBe(true);
  expect(before).toBe(samplesOf(whole));
  // Block after block appears.
  expect(steps.size).toBeGreaterThan(2);
});
