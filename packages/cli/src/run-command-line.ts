// SPDX-License-Identifier: MIT

import { commandLine } from "@pyspy/report";
import yargs, { type Argv } from "yargs";
import type { CliIo } from "./cli-io.ts";

import { type Command, optionsOf } from "./commands/command.ts";
import { commands } from "./commands/commands.ts";
import { report } from "./commands/report.ts";
import { UsageError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import { EXAMPLES, EXIT_CODES, USAGE } from "./help-text.ts";
import { expandInputs } from "./input/expand-inputs.ts";
import { closest } from "./options/closest.ts";
import { FILTER_HELP, joinDashedValues } from "./options/filter-options.ts";
import { INPUT_OPTIONS, readAs } from "./options/input-options.ts";
import { ParsedOptions } from "./options/parsed-options.ts";
import { PARSER_RULES } from "./options/parser-rules.ts";
import { REPORT_OPTIONS, reportArguments } from "./options/report-options.ts";
import { writeStdout } from "./output/write-output.ts";
import { packageVersion } from "./package-version.ts";

const WIDEST_HELP = 100;

/**
 * Parses the arguments and runs the command they name.
 *
 * @throws UsageError, or what the command throws.
 */
export async function runCommandLine(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let printed = "";
  const ended = { code: ExitCode.OK as ExitCode };
  await parser(argv, io, ended).parseAsync(
    joinDashedValues(argv),
    {},
    (_error, _parsed, output) => {
      printed = output;
    },
  );
  // Help and version are products: they were asked for.
  if (printed !== "") await writeStdout(`${printed}\n`, io);
  return ended.code;
}

function parser(argv: readonly string[], io: CliIo, ended: { code: ExitCode }): Argv {
  const version = packageVersion();
  const provenance = { command: commandLine(["pyspy-analyze", ...argv]), version };
  const parser = withoutTypes(yargs())
    .scriptName("pyspy-analyze")
    .locale("en")
    .parserConfiguration(PARSER_RULES)
    .usage(USAGE)
    .command(
      "$0",
      false,
      (options) => reportHelp(options),
      async (parsed) => {
        // Not a declared positional: yargs would drop the "-" that stands for standard input.
        const inputs = await expandInputs([...words(parsed._), ...behind(parsed)], io);
        const options = new ParsedOptions(parsed, inputs);
        await report(reportArguments(options, io), provenance, reading(options, io));
      },
    )
    .help("help", "this text")
    .alias("help", "h")
    .version("version", "the version of this program", version)
    .alias("version", "V")
    .strictOptions()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // A message: the parser's own complaint. None: what the command threw.
      throw message ? usageError(message) : error;
    })
    .wrap(Math.min(io.stdout.columns ?? WIDEST_HELP, WIDEST_HELP));
  for (const command of commands) {
    parser.command(
      command.name,
      command.description,
      (options) => commandHelp(options, command),
      async (parsed) => {
        const own = words(parsed._.slice(1));
        const given = command.launches ? own : [...own, ...behind(parsed)];
        const files = command.expandsInputs ? given : await expandInputs(given, io);
        const options = new ParsedOptions(parsed, files, command.launches ? behind(parsed) : []);
        ended.code = await command.run(options, { commands, provenance, io: reading(options, io) });
      },
    );
  }
  return parser;
}

/** The surroundings of a command, which reads its inputs as the options say. */
function reading(options: ParsedOptions, io: CliIo): CliIo {
  return { ...io, readAs: readAs(options) };
}

function words(values: readonly unknown[]): string[] {
  return values.map(String);
}

/** The words behind "--". */
function behind(parsed: Readonly<Record<string, unknown>>): string[] {
  return words((parsed["--"] as readonly unknown[] | undefined) ?? []);
}

function reportHelp(options: Argv): Argv {
  options.options({ ...REPORT_OPTIONS, ...INPUT_OPTIONS });
  for (const [words, does] of EXAMPLES) options.example(`$0 ${words}`, does);
  return options.epilog(`${FILTER_HELP}\n\n${EXIT_CODES}`);
}

function commandHelp(options: Argv, command: Command): Argv {
  const { name, description, details } = command;
  const sentence = `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
  options
    .options(optionsOf(command))
    .usage(`${sentence}\n\nUsage: $0 ${name} FILE... [options]\n\n${details}`);
  if ("focus" in command.options) options.epilog(FILTER_HELP);
  for (const [words, does] of command.examples) options.example(`$0 ${name} ${words}`, does);
  return options;
}

/** Leaves "[boolean]" and the like out of the help. yargs 18 can, its type declarations (17) lag behind. */
function withoutTypes(parser: Argv): Argv {
  const newer = parser as Argv & { usageConfiguration(options: object): Argv };
  return newer.usageConfiguration({ "hide-types": true });
}

function usageError(message: string): UsageError {
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  if (unknown === undefined) return new UsageError(message);
  const shown = unknown.length === 1 ? `-${unknown}` : `--${unknown}`;
  const meant = unknown.length === 1 ? undefined : closest(unknown, longOptionNames());
  return new UsageError(`unknown option ${shown}`, meant && `--${meant}`);
}

/** Every long option of any command, for suggestions. */
function longOptionNames(): string[] {
  const all = [REPORT_OPTIONS, INPUT_OPTIONS, ...commands.map(({ options }) => options)].flatMap(
    (options) =>
      Object.entries(options).flatMap(([name, { alias }]) => [name, ...[alias ?? []].flat()]),
  );
  return [...new Set([...all, "help", "version"])].filter((name) => name.length > 1);
}
