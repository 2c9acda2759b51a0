// SPDX-License-Identifier: MIT
import { isArray, isObject, type ParsedObject } from "../json-shape.ts";
import { checkFrame, fail, type WeightedStack } from "./weighted-stack.ts";

/** Python's own limit is a thousand; this is what a hostile file may make of each event. */
const DEEPEST = 10_000;
/** Frames of all stacks together. */
const MOST_FRAMES = 1 << 26;

/**
 * The stacks between the events of an evented profile, which opens and closes frames.
 *
 * @throws ForeignRecordingError when times go back, or what is closed is not what was opened last.
 */
export function eventedStacks(
  profile: ParsedObject,
  frameCount: number,
  where: string,
): WeightedStack[] {
  const events = profile["events"];
  if (!isArray(events)) fail(where, "it has no events");
  const open: number[] = [];
  const stacks: WeightedStack[] = [];
  let last: number | undefined;
  let frames = 0;
  events.forEach((event, i) => {
    const here = `${where}.events[${i}]`;
    if (!isObject(event)) fail(here, "there is no event");
    const { type, frame, at } = event;
    if (typeof at !== "number" || !Number.isFinite(at)) fail(here, "there is no time");
    if (last !== undefined && at < last) fail(here, "time goes back");
    checkFrame(frame, frameCount, here);
    if (last !== undefined && at > last && open.length > 0) {
      frames += open.length;
      if (frames > MOST_FRAMES) fail(here, "its stacks have too many frames");
      stacks.push({ frames: [...open], weight: at - last });
    }
    last = at;
    if (type === "O") {
      open.push(frame);
      if (open.length > DEEPEST) fail(here, `a stack is deeper than ${DEEPEST} frames`);
    } else if (type === "C") {
      if (open.pop() !== frame) fail(here, "what is closed was not opened last");
    } else fail(here, "an event neither opens nor closes");
  });
  return stacks;
}
