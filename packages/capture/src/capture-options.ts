// SPDX-License-Identifier: MIT

/** What is recorded, and how. Defaults are those of `pyspy-capture --help`. */
export interface CaptureOptions {
  /** Processes to record. One of `pids`, `program`, `core` and `all` must be given. */
  readonly pids?: readonly number[];
  /** A program to launch, with its arguments. It has no input. */
  readonly program?: readonly string[];
  /** A core file, of which one moment is told, and where the files are that it names. */
  readonly core?: {
    readonly file: string;
    /** The program, where it is not at the path that the core names. */
    readonly executable?: string;
    /** A copy of that machine's file system. */
    readonly sysroot?: string;
    /** Directories with files of those names. */
    readonly searchDirectories?: readonly string[];
  };
  /** Every Python process. */
  readonly all?: boolean;
  /** Also what they start. */
  readonly subprocesses?: boolean;
  /** Samples a second. */
  readonly rateHertz?: number;
  /** Ends by itself after so long. */
  readonly durationSeconds?: number;
  /** Moments instead of a stretch of time: each stops all running threads of a process together. */
  readonly moments?: { readonly count: number; readonly everySeconds?: number };
  /** Of moments: local variables too, and how much of each is told. */
  readonly locals?: { readonly length?: number; readonly items?: number; readonly depth?: number };
  /** Also what C, C++ and Rust code the threads are in. */
  readonly native?: boolean;
  readonly strategy?: "adaptive" | "nonblocking" | "blocking";
  readonly redact?: "strict" | "default" | "none";
  /** Names of environment variables that are recorded. */
  readonly environment?: readonly string[];
  /** Share of a CPU, in percent, above which the rate is lowered. */
  readonly maxCpuPercent?: number;
  /** Is told what the agent writes on standard error: why one of several processes is not recorded. */
  readonly onMessage?: (text: string) => void;
  /** Ends the recording, with a whole capture. */
  readonly signal?: AbortSignal;
  /**
   * Where the agent runs.
   * - `"thread"`: in a thread of this process, by the addon: nothing is started.
   * - `"process"`: as a process of its own, the executable, which may have a capability that this process
   *   has not, and whose crash, whatever a hostile target did, is not that of this process.
   *
   * Default: the thread, but the process where a program is launched, where the agent's executable is
   * named, of children of this process, and, with a warning, where the addon cannot be loaded.
   */
  readonly runIn?: "thread" | "process";
  /** The agent's executable to use; else it is searched for (`agentPath`). */
  readonly agent?: string;
}

/** The agent's command line. The capture goes to standard output. */
export function agentArguments(options: CaptureOptions): string[] {
  const { strategy = "adaptive" } = options;
  const argv = ["-q", "-o", "-"];
  const add = (name: string, value: number | string | undefined): void => {
    if (value !== undefined) argv.push(name, String(value));
  };
  for (const pid of options.pids ?? []) add("-p", pid);
  add("--core", options.core?.file);
  add("--executable", options.core?.executable);
  add("--sysroot", options.core?.sysroot);
  for (const directory of options.core?.searchDirectories ?? []) add("--search-dir", directory);
  if (options.all === true) argv.push("--all");
  if (options.subprocesses === true) argv.push("--subprocesses");
  add("-r", options.rateHertz);
  add("-d", options.durationSeconds);
  if (options.moments !== undefined) argv.push("--snapshot");
  add("--count", options.moments?.count);
  add("--every", options.moments?.everySeconds);
  if (options.locals !== undefined) argv.push("--locals");
  add("--value-length", options.locals?.length);
  add("--value-items", options.locals?.items);
  add("--value-depth", options.locals?.depth);
  if (options.native === true) argv.push("--native");
  if (strategy !== "adaptive") argv.push(`--${strategy}`);
  add("--redact", options.redact);
  for (const name of options.environment ?? []) add("--env", name);
  add("--max-cpu", options.maxCpuPercent);
  if (options.program !== undefined) argv.push("--at-end", "terminate", "--", ...options.program);
  return argv;
}
