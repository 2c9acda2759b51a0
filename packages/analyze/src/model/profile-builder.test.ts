import { expect, it } from "vitest";
import { CaptureTooLargeError } from "../errors.ts";
import { type BuiltRecording, MAX_RECORDINGS, ProfileBuilder } from "./profile-builder.ts";

it("takes a great many recordings, and no more", () => {
  const builder = new ProfileBuilder();
  const recording = { firstRun: 0, startRealtimeNanos: 0n } as BuiltRecording;
  for (let i = 0; i < MAX_RECORDINGS; i++) builder.addRecording(recording);
  expect(() => builder.addRecording(recording)).toThrow(CaptureTooLargeError);
});
