// SPDX-License-Identifier: MIT

/** A file of the recorded program that whoever makes the page gives along. */
export interface SourceFile {
  /** As recorded. */
  readonly file: string;
  readonly text: string;
}

/** What is there of the sources that were asked for. */
export interface GivenSources {
  readonly files: readonly SourceFile[];
  /** Files that were found and are not those that were recorded, with why, in words. */
  readonly misfits: readonly { readonly file: string; readonly reason: string }[];
}
