// SPDX-License-Identifier: MIT
import type { Header } from "@pyspy/schemas";
import type { NamedFrame } from "../symbolize/native-frame-names.ts";
import type { NameAddresses } from "../symbolize/native-names.ts";

/**
 * What becomes of the texts of a capture when it is rewritten. Everything else, the stacks, times and
 * states, stays as it is.
 */
export interface RewriteRules {
  /** Told of a header before it is written; changes it in place. */
  header(header: Header): void;
  /** Told of the directories of an interpreter before the files of its chunk. */
  prefixes(prefixes: readonly string[]): void;
  /** An executable, a directory, a library. */
  path(path: string): string;
  /** The file of Python code. */
  codeFile(file: string): string;
  /** A Python function's name or qualified name; `file` as recorded. */
  functionName(name: string, file: string): string;
  /** The name of a function's first argument. */
  argumentName(name: string, file: string): string;
  /** A symbol, and the file of it, of the library at `mapping`. */
  nativeName(name: string, mapping: string): string;
  nativeFile(file: string, mapping: string): string;
  /** Names the native frames of each chunk anew, as far as it is known how; `undefined`: they keep their
   * names. Told of every frame at the end of its chunk. */
  readonly nameFrames: FrameNaming | undefined;
  threadName(name: string): string;
  /** What groups processes: a name given by multiprocessing. */
  role(role: string): string;
  cgroup(cgroup: string): string;
  /** A command line, word by word. */
  command(words: readonly string[]): readonly string[];
  /** A variable of a process's environment, "NAME=value". */
  variable(variable: string): string;
  /** Free text of the agent. */
  note(text: string): string;
  /** Whether the id of a library's build stays. */
  keepsBuildId(mapping: string): boolean;
  /** Whether values of local variables, and source text, stay. */
  keepsLocals(count: number): boolean;
  keepsSources(count: number): boolean;
}

export interface FrameNaming {
  readonly nameAddresses: NameAddresses;
  onNamed(frame: NamedFrame): void;
}

/** Rules that leave everything as it is: for others to build on. */
export const KEEP_ALL: RewriteRules = {
  header: () => {},
  prefixes: () => {},
  path: (path) => path,
  codeFile: (file) => file,
  functionName: (name) => name,
  argumentName: (name) => name,
  nativeName: (name) => name,
  nativeFile: (file) => file,
  nameFrames: undefined,
  threadName: (name) => name,
  role: (role) => role,
  cgroup: (cgroup) => cgroup,
  command: (words) => words,
  variable: (variable) => variable,
  note: (text) => text,
  keepsBuildId: () => true,
  keepsLocals: () => true,
  keepsSources: () => true,
};
