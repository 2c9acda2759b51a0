// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { builtInRulePacks, parseRulePack, type RulePack } from "@pyspy/analyze";
import type { CliIo } from "../cli-io.ts";
import { InputError, UsageError } from "../errors.ts";
import { closest } from "./closest.ts";

const ALL = "all";

/**
 * The packs that `--fold` names: built-in ones by name, with commas between them, or files, told by
 * their ending .json.
 *
 * @throws UsageError, InputError
 */
export function rulePacks(given: readonly string[], io: Pick<CliIo, "cwd">): RulePack[] {
  const packs = given
    .flatMap((text) => text.split(","))
    .flatMap((name) => {
      if (name === ALL) return builtInRulePacks;
      return [name.endsWith(".json") ? readPack(name, io) : builtIn(name)];
    });
  return [...new Set(packs)];
}

function builtIn(name: string): RulePack {
  const pack = builtInRulePacks.find((each) => each.name === name);
  if (pack !== undefined) return pack;
  const names = [...builtInRulePacks.map((each) => each.name), ALL];
  throw new UsageError(`there is no rule pack ${name}`, closest(name, names));
}

function readPack(path: string, io: Pick<CliIo, "cwd">): RulePack {
  try {
    return parseRulePack(readFileSync(resolve(io.cwd, path), "utf8"));
  } catch (error) {
    throw new InputError(path, error);
  }
}
