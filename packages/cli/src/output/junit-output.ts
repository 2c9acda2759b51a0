// SPDX-License-Identifier: MIT

import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { checkTarget, writeOutput } from "./write-output.ts";

export const JUNIT_OPTION: Readonly<Record<"junit", Options>> = {
  junit: {
    type: "string",
    requiresArg: true,
    group: "Output:",
    description: "also a JUnit report, to this file",
  },
};

/** Checks where `--junit` goes before minutes of work, and returns what writes it there, if anything does. */
export function prepareJunit(
  options: ParsedOptions,
  inputs: readonly string[],
  io: CliIo,
): ((xml: string) => Promise<void>) | undefined {
  const path = options.text("junit");
  if (path === undefined) return undefined;
  const target = { kind: "file", path, named: false } as const;
  checkTarget(target, inputs, io);
  return (xml) => writeOutput(target, [xml], io);
}
