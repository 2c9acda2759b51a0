// SPDX-License-Identifier: MIT

import type { CallTree, FrameLabel } from "@pyspy/analyze";
import { frameText, isCode } from "../text/frame-text.ts";

/** Lines are handed out in pieces of about this many characters. */
const PIECE_LENGTH = 1 << 16;

/**
 * One line per node with samples of its own, sorted: frames root first, a space, the count. The
 * root stands for everything and is no frame; samples without any frame have no line.
 *
 * @param rootNames other names for threads and processes, by the name in their label.
 */
export function* collapsedLines(
  tree: CallTree,
  rootNames: ReadonlyMap<string, string> = new Map(),
): Generator<string> {
  const texts = tree.labels.map((label) =>
    collapsedFrame(
      isCode(label) ? label : { ...label, name: rootNames.get(label.name) ?? label.name },
    ),
  );
  const lines: string[] = [];
  const path: string[] = [];
  for (let node = 1; node < tree.length; node++) {
    const depth = tree.depth[node]!;
    path.length = depth - 1;
    path.push(texts[tree.label[node]!]!);
    const samples = tree.self[node]!;
    if (samples > 0) lines.push(`${path.join(";")} ${samples}\n`);
  }
  lines.sort();
  let piece = "";
  for (const line of lines) {
    piece += line;
    if (piece.length >= PIECE_LENGTH) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

/**
 * What ends a frame or a line in this format, which has no escapes. All controls, because readers
 * differ in what they take for the end of a line.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function collapsedFrame({ name, file, line }: FrameLabel): string {
  const text = frameText(name, file, line)
    .replace(BREAKS, " ")
    .replace(LONE_SURROGATE, "\ufffd")
    .replaceAll(";", ":");
  // A frame of nothing would look like two separators, which readers drop or refuse.
  return text.trim() === "" ? "?" : text;
}
