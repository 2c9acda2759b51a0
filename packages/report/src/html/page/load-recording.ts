// SPDX-License-Identifier: MIT

import { CaptureReader, type Profile } from "@pyspy/analyze";
import type { SourceFile } from "../source/source-file.ts";
import { inflateBlock } from "./inflate-block.ts";

/** What the page carries. */
export interface Recording {
  readonly profile: Profile;
  /** Of as many ticks of what was recorded, one is here. */
  readonly every: number;
  /** Source text that was asked for; mostly none. */
  readonly sources: readonly SourceFile[];
}

/** Reads the captures that this page carries; `undefined`: there are none. */
export async function loadRecording(): Promise<Recording | undefined> {
  const blocks = [...document.querySelectorAll<HTMLScriptElement>("script[data-bytes]")];
  if (blocks.length === 0) return undefined;
  const reader = new CaptureReader();
  for (const block of blocks) {
    try {
      for await (const piece of inflateBlock(block.text)) reader.push(piece);
    } catch (error) {
      // What came before the damage counts.
      reader.breakInput(String(error));
    }
    reader.endInput();
  }
  const every = Math.max(...blocks.map(({ dataset }) => Number(dataset["every"] ?? 1)));
  return { profile: reader.finish(), every, sources: await loadSources() };
}

/** Without them the page works as well: what is damaged is none. */
async function loadSources(): Promise<readonly SourceFile[]> {
  const block = document.querySelector<HTMLScriptElement>("script#pyspy-sources");
  if (block === null) return [];
  try {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of inflateBlock(block.text)) {
      text += decoder.decode(piece, { stream: true });
    }
    const files = JSON.parse(text) as readonly Partial<SourceFile>[];
    return files.flatMap(({ file, text: source }) =>
      typeof file === "string" && typeof source === "string" ? [{ file, text: source }] : [],
    );
  } catch {
    return [];
  }
}
