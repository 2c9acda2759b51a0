// SPDX-License-Identifier: MIT

import type { ArgumentsCamelCase } from "yargs";
import { UsageError } from "../errors.ts";

/** What the parser found, by type. An option that may be given once: the last one counts. */
export class ParsedOptions {
  readonly #parsed: ArgumentsCamelCase;
  /** Inputs, in their order. */
  readonly files: readonly string[];
  /** A program with its arguments, of a command that launches one. */
  readonly program: readonly string[];

  constructor(
    parsed: ArgumentsCamelCase,
    files: readonly string[],
    program: readonly string[] = [],
  ) {
    this.#parsed = parsed;
    this.files = files;
    this.program = program;
  }

  /** The same with others, which outweigh those of the same name. */
  with(others: ParsedOptions): ParsedOptions {
    const given = Object.entries(others.#parsed).filter(([, value]) => value !== undefined);
    const parsed = { ...this.#parsed, ...Object.fromEntries(given), _: this.#parsed._ };
    return new ParsedOptions(parsed, this.files, this.program);
  }

  /** The same, but for an option whose value is that of another: where a command calls it otherwise. */
  renamed(name: string, given: string): ParsedOptions {
    const parsed = { ...this.#parsed, [name]: this.#parsed[given] };
    return new ParsedOptions(parsed, this.files, this.program);
  }

  flag(name: string): boolean {
    return this.#values(name).at(-1) === true;
  }

  /** Whether an option was given as --no-NAME. */
  refuses(name: string): boolean {
    return this.#values(name).at(-1) === false || this.flag(`no-${name}`);
  }

  /** Of these options, those that were given, each with its values; "no-NAME" where it is refused. */
  given(names: readonly string[]): Record<string, string[]> {
    const found = names.flatMap((name): [string, string[]][] => {
      if (this.flag(name)) return [[name, []]];
      if (this.refuses(name)) return [[`no-${name}`, []]];
      const texts = this.#values(name).filter((value) => typeof value === "string");
      return texts.length > 0 ? [[name, texts]] : [];
    });
    return Object.fromEntries(found);
  }

  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  /** Every value of an option that may be given several times. */
  texts(name: string): string[] {
    return this.#values(name).filter((value) => value !== undefined) as string[];
  }

  /**
   * One whole number.
   *
   * @throws UsageError also for less than `least`.
   */
  count(name: string, otherwise: number, least = 1): number {
    const given = this.text(name);
    if (given === undefined) return otherwise;
    if (/^\d{1,15}$/.test(given) && Number(given) >= least) return Number(given);
    throw new UsageError(`--${name} takes a whole number from ${least} on, not ${given}`);
  }

  /**
   * Whole numbers, given several times or with commas between them.
   *
   * @throws UsageError
   */
  numbers(name: string): number[] {
    return this.texts(name)
      .flatMap((text) => text.split(","))
      .map((text) => {
        if (/^\d{1,15}$/.test(text.trim())) return Number(text);
        throw new UsageError(`--${name} takes a number, not ${text}`);
      });
  }

  #values(name: string): unknown[] {
    return [this.#parsed[name]].flat();
  }
}
