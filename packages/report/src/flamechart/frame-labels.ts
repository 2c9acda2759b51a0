// SPDX-License-Identifier: MIT

import type { FrameLabel, Profile } from "@pyspy/analyze";

/** The labels of frames that are drawn, each once, and which one every frame has. */
export function frameLabels(
  { frames, functions }: Profile,
  lines: boolean,
): { readonly labels: readonly FrameLabel[]; readonly labelOfFrame: Int32Array } {
  const labels: FrameLabel[] = [];
  const indexes = new Map<string, number>();
  const labelOfFrame = frames.function.map((index, frame) => {
    const { name, file } = functions[index]!;
    const line = lines ? frames.line[frame]! : 0;
    const key = `${line} ${file.length} ${file}${name}`;
    let label = indexes.get(key);
    if (label === undefined) {
      label = labels.push({ kind: "python", name, file, line }) - 1;
      indexes.set(key, label);
    }
    return label;
  });
  return { labels, labelOfFrame };
}
