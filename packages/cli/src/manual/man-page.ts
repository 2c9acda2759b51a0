// SPDX-License-Identifier: MIT

import type { CommandHelp, OptionGroup, OptionHelp, ProgramHelp } from "./program-help.ts";

/**
 * A manual page of section 1 in the man macros, which groff and mandoc read.
 *
 * @param version of the program
 */
export function manPage(help: ProgramHelp, version: string): string {
  const { name, summary, synopsis, description, groups, commands, examples } = help;
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "${escaped(`${name} ${version}`)}" "User Commands"`,
    ".SH NAME",
    escaped(`${name} - ${phrase(summary)}`),
    ".SH SYNOPSIS",
    ...synopsis.flatMap((line) => [".PP", `.nf`, escaped(line), ".fi"]),
    ".SH DESCRIPTION",
    ...[summary, ...description].flatMap(paragraph),
    ".SH OPTIONS",
    ...groups.flatMap((group) => optionGroup(group, groups.length > 1)),
  ];
  if (commands.length > 0) lines.push(".SH COMMANDS");
  for (const command of commands) {
    lines.push(".SS", escaped(`${name} ${command.name}`));
    lines.push(...paragraph(sentence(command.summary)), ...paragraph(command.details));
    const { own, shared } = dividedOptions(command, groups);
    lines.push(...own.flatMap(optionLines));
    if (shared.length > 0)
      lines.push(...paragraph(`Also the options above under: ${shared.join(" ")}`));
    lines.push(...exampleLines(command.examples));
  }
  lines.push(".SH EXAMPLES", ...exampleLines(examples));
  return `${lines.join("\n")}\n`;
}

/** A command's options, and the titles of the groups that it has in common with the program. */
function dividedOptions(command: CommandHelp, groups: readonly OptionGroup[]) {
  const known = new Set(groups.flatMap(({ options }) => options.map(identity)));
  const isKnown = (option: OptionHelp) => known.has(identity(option));
  const own = command.groups.flatMap(({ options }) => options.filter((one) => !isKnown(one)));
  const titles = command.groups.filter(({ options }) => options.some(isKnown));
  return { own, shared: titles.map(({ title }) => `${title.replace(/ \(.*/, "")}.`) };
}

function identity({ long, description }: OptionHelp): string {
  return `${long} ${description}`;
}

function optionGroup({ title, options }: OptionGroup, titled: boolean): string[] {
  return [...(titled ? [".SS", escaped(title)] : []), ...options.flatMap(optionLines)];
}

function optionLines({ short, long, value, description }: OptionHelp): string[] {
  const names = [
    ...(short === undefined ? [] : [`\\fB\\-${short}\\fR`]),
    `\\fB\\-\\-${dashed(long)}\\fR`,
  ];
  const operand = value === undefined ? "" : ` \\fI${escaped(value)}\\fR`;
  const [first = "", ...list] = description.split("\n");
  const rows = list.flatMap((line) => [".br", escaped(line.trim())]);
  return [".TP", `${names.join(", ")}${operand}`, escaped(first), ...rows];
}

function exampleLines(examples: ProgramHelp["examples"]): string[] {
  return examples.flatMap(([command, does]) => [
    ".TP",
    `\\fB${escaped(command)}\\fR`,
    escaped(does),
  ]);
}

function paragraph(text: string): string[] {
  return text === "" ? [] : [".PP", ...text.split("\n").map(escaped)];
}

function phrase(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A dash that stays one when the page is copied from. */
function dashed(text: string): string {
  return text.replaceAll("-", "\\-");
}

/** Text in which nothing is a request or an escape. */
function escaped(text: string): string {
  const safe = dashed(text.replaceAll("\\", "\\e").replaceAll("'", "\\(aq"));
  return safe.startsWith(".") ? `\\&${safe}` : safe;
}
