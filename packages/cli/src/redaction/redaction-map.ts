// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CliIo } from "../cli-io.ts";
import { InputError, OutputError, UsageError } from "../errors.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { isSystemError } from "../system-error.ts";

/** What turns names into pseudonyms, and back. Whoever has it can undo a redaction. */
export interface RedactionMap {
  /** Key of the hash. */
  readonly key: Buffer;
  /** Names by their pseudonyms. */
  readonly names: ReadonlyMap<string, string>;
}

const FORMAT = "pyspy-redaction-map";
const KEY_BYTES = 32;
/** For the owner's eyes only. */
const MODE = 0o600;

export function newRedactionMap(): RedactionMap {
  return { key: randomBytes(KEY_BYTES), names: new Map() };
}

/** @throws InputError when it cannot be read, UsageError when it is no such map. */
export async function readRedactionMap(path: string, io: CliIo): Promise<RedactionMap>;
export async function readRedactionMap(
  path: string,
  io: CliIo,
  options: { readonly mayBeMissing: true },
): Promise<RedactionMap | undefined>;
export async function readRedactionMap(
  path: string,
  io: CliIo,
  { mayBeMissing = false }: { readonly mayBeMissing?: boolean } = {},
): Promise<RedactionMap | undefined> {
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, path), "utf8");
  } catch (error) {
    if (mayBeMissing && isSystemError(error) && error.code === "ENOENT") return undefined;
    throw new InputError(path, error);
  }
  const map = parseMap(text);
  if (map === undefined) throw new UsageError(`${path} is no map that redact wrote`);
  return map;
}

function parseMap(text: string): RedactionMap | undefined {
  try {
    const { format, key, names } = JSON.parse(text) as Record<string, unknown>;
    if (format !== FORMAT || typeof key !== "string" || typeof names !== "object") return undefined;
    const bytes = Buffer.from(key, "hex");
    const entries = Object.entries(names ?? {});
    const texts = entries.filter(([, name]) => typeof name === "string") as [string, string][];
    if (bytes.length !== KEY_BYTES || texts.length !== entries.length) return undefined;
    return { key: bytes, names: new Map(texts) };
  } catch {
    return undefined;
  }
}

/** Writes a map with the names that it had and those that are new. @throws OutputError */
export async function writeRedactionMap(
  path: string,
  { key, names: before }: RedactionMap,
  names: ReadonlyMap<string, string>,
  io: CliIo,
): Promise<void> {
  const all = Object.fromEntries([...before, ...names].sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = `${JSON.stringify({ format: FORMAT, version: 1, key: key.toString("hex"), names: all }, undefined, 1)}\n`;
  try {
    await writeFileWhole(resolve(io.cwd, path), [Buffer.from(text)], io, { mode: MODE });
  } catch (error) {
    throw new OutputError(path, `cannot write ${path}`, { cause: error });
  }
}
