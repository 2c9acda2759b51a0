// SPDX-License-Identifier: MIT
import type { Profile } from "../../model/profile.ts";
import { validateProfile } from "../../model/validate-profile.ts";
import { CaptureReader } from "../../read/capture-reader.ts";
import { createImporter } from "../create-importer.ts";
import type { ForeignFormat, ImportOptions } from "../foreign-format.ts";

/** What an importer makes of a file, as the reader of captures reads it. */
export function readImport(
  format: ForeignFormat,
  content: string | Uint8Array,
  options: ImportOptions & { readonly pieceLength?: number } = {},
): Profile {
  const bytes = typeof content === "string" ? latin1(content) : content;
  const importer = createImporter(format, options);
  const reader = new CaptureReader();
  const length = options.pieceLength ?? bytes.length;
  for (let at = 0; at < bytes.length; at += length) {
    for (const piece of importer.push(bytes.subarray(at, at + length))) reader.push(piece);
  }
  for (const piece of importer.finish()) reader.push(piece);
  const profile = reader.finish();
  const broken = [...validateProfile(profile), ...profile.damage.map(({ message }) => message)];
  if (broken.length > 0) throw new Error(`not a good profile: ${broken.join(", ")}`);
  return profile;
}

/** Each distinct stack as "outermost;...;innermost", with samples and milliseconds, sorted. */
export function stackLines({ samples, stacks, frames, functions }: Profile): string[] {
  const sums = new Map<string, [number, number]>();
  for (let run = 0; run < samples.length; run++) {
    const names: string[] = [];
    for (let at = samples.stack[run]!; at >= 0; at = stacks.parent[at]!) {
      const frame = stacks.frame[at]!;
      const { name, file } = functions[frames.function[frame]!]!;
      const line = frames.line[frame]!;
      names.unshift(`${name}${file === "" ? "" : `@${file}`}${line === 0 ? "" : `:${line}`}`);
    }
    const text = names.join(";");
    const [count, nanos] = sums.get(text) ?? [0, 0];
    sums.set(text, [count + samples.ticks[run]!, nanos + samples.wallNanos[run]!]);
  }
  return [...sums].map(([text, [count, nanos]]) => `${text} ${count} ${nanos / 1e6}`).sort();
}

/** Threads as "pid/tid name". */
export function threadLines({ threads, processes }: Profile): string[] {
  return threads.map(({ process, tid, name }) => `${processes[process]!.pid}/${tid} ${name}`);
}

/** ASCII text as bytes. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
