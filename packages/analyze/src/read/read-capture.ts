// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import { CaptureReader } from "./capture-reader.ts";

/**
 * Reads one capture, plain or gzip, that is in memory.
 *
 * Damage is no error: what is whole is read, and the rest is listed in `Profile.damage`.
 *
 * @throws EmptyCaptureError, NotACaptureError, CaptureVersionError when nothing can be read.
 * @throws CaptureTooLargeError when there is not enough memory.
 */
export function readCapture(bytes: Uint8Array): Profile {
  return readCaptures([bytes]);
}

/**
 * Reads several captures into one profile, as if their files had been concatenated.
 *
 * @throws as `readCapture`.
 */
export function readCaptures(inputs: Iterable<Uint8Array>): Profile {
  const reader = new CaptureReader();
  for (const bytes of inputs) {
    reader.push(bytes);
    reader.endInput();
  }
  return reader.finish();
}
