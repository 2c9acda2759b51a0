// SPDX-License-Identifier: MIT

/** What the help of a program says, for whatever is made of it: a manual page, shell completion. */
export interface ProgramHelp {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** The ways to call it. */
  readonly synopsis: readonly string[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly groups: readonly OptionGroup[];
  readonly commands: readonly CommandHelp[];
  readonly examples: readonly (readonly [command: string, does: string])[];
}

export interface CommandHelp {
  readonly name: string;
  /** A phrase without a full stop. */
  readonly summary: string;
  readonly details: string;
  readonly groups: readonly OptionGroup[];
  readonly examples: readonly (readonly [command: string, does: string])[];
}

export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionHelp[];
}

export interface OptionHelp {
  /** Without the dashes. */
  readonly long: string;
  /** One character, without the dash. */
  readonly short?: string;
  readonly description: string;
  /** What stands for the value: `FILE`; absent: it takes none. */
  readonly value?: string;
  /** The values that there are, where these can be listed. */
  readonly choices: readonly string[];
}
