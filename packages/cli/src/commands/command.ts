// SPDX-License-Identifier: MIT

import type { Provenance } from "@pyspy/report";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import type { ExitCode } from "../exit-code.ts";
import { INPUT_OPTIONS } from "../options/input-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";

/** A subcommand of `pyspy-analyze`: each is a file here, and one line in `commands`. */
export interface Command {
  /** The word behind the program's name: `pyspy-analyze gil run.pspy`. */
  readonly name: string;
  /** One line, for the list of commands. */
  readonly description: string;
  /** What help says of it besides. */
  readonly details: string;
  /** Command lines behind "pyspy-analyze NAME", with what they do. */
  readonly examples: readonly (readonly [string, string])[];
  readonly options: Readonly<Record<string, Options>>;
  /** The words behind -- are a program and its arguments; else they are files. */
  readonly launches?: boolean;
  /** Not all of its words are inputs: it finds the files of those that are. */
  readonly expandsInputs?: boolean;
  run(options: ParsedOptions, context: CommandContext): Promise<ExitCode>;
}

export interface CommandContext {
  /** All that there are, the running one among them. */
  readonly commands: readonly Command[];
  readonly provenance: Provenance;
  readonly io: CliIo;
}

/** A command's options, with those on how its files are read. */
export function optionsOf({ options, launches }: Command): Readonly<Record<string, Options>> {
  return launches ? options : { ...options, ...INPUT_OPTIONS };
}
