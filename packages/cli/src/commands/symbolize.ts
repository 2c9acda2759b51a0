// SPDX-License-Identifier: MIT

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { CaptureSymbolizer, type SymbolizedLibrary } from "@pyspy/analyze";
import { formatCount, formatCounted, isGzipPath } from "@pyspy/report";
import { DebugFiles } from "@pyspy/symbols";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { flattened, throughInputs } from "../input/each-input.ts";
import { reportLosses } from "../notices.ts";
import { exportTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput, writeStdout } from "../output/write-output.ts";
import { nameByDebugFiles } from "../symbols/name-by-debug-files.ts";
import type { Command } from "./command.ts";

const OPTIONS: Readonly<Record<"debug-dir" | "output", Options>> = {
  "debug-dir": {
    type: "string",
    requiresArg: true,
    group: "Where names come from:",
    description:
      "directory with the programs, libraries or debug files, as distributions lay them out (.build-id/ab/cdef.debug, usr/lib/debug) or in any order; may be given several times. Always looked at too: /usr/lib/debug, and the files themselves where they are on this machine",
  },
  output: {
    alias: "o",
    type: "string",
    requiresArg: true,
    group: "Output:",
    description: "capture to write; without it NAME.symbolized.pspy beside the input",
  },
};

const SYSTEM_DEBUG_FILES = "/usr/lib/debug";
/** Libraries that are told one by one. */
const MOST_LIBRARIES = 8;

export const symbolize: Command = {
  name: "symbolize",
  description: "name native frames that were stripped where they were recorded",
  details:
    "Functions, files, lines and inlined calls come from ELF symbols and DWARF of the files that have the recorded build ids: nothing is guessed by a file's name. Everything else stays as it is.",
  examples: [
    ["run.pspy --debug-dir ./symbols -o named.pspy", "by the debug files in ./symbols"],
    ["run.pspy", "by those of this machine"],
  ],
  options: OPTIONS,
  async run(options, { io }) {
    const [first, ...others] = options.files;
    if (first === undefined) throw new UsageError("no capture is named");
    const inputs: [string, ...string[]] = [first, ...others];
    const directories = options.texts("debug-dir").map((path) => checkedDirectory(path, io));
    const target = exportTarget(options.text("output"), inputs, ".symbolized.pspy");
    checkTarget(target, inputs, io);
    const files = new DebugFiles(directories, SYSTEM_DEBUG_FILES);
    const symbolizer = new CaptureSymbolizer(nameByDebugFiles(files));
    const gzip = target.kind === "file" && isGzipPath(target.path);
    await writeOutput(target, flattened(throughInputs(inputs, symbolizer, io)), io, { gzip });
    await reportLosses(symbolizer.losses, io);
    await reportLibraries(symbolizer.libraries, io);
    if (target.kind === "file" && target.named) await writeStdout(`${target.path}\n`, io);
    return ExitCode.OK;
  },
};

function checkedDirectory(path: string, io: CliIo): string {
  const directory = resolve(io.cwd, path);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) throw new UsageError(`--debug-dir ${path} is no directory`);
  return directory;
}

/** Says on standard error what was named, and what is missing for the rest. */
async function reportLibraries(libraries: readonly SymbolizedLibrary[], io: CliIo): Promise<void> {
  const sum = (count: (one: SymbolizedLibrary) => number): number =>
    libraries.reduce((total, one) => total + count(one), 0);
  const write = (text: string): Promise<void> => io.stderr.write(`pyspy-analyze: ${text}\n`);
  const places = sum((one) => one.places);
  if (places === 0) return await write("the capture has no native frames");
  const renamed = formatCount(sum((one) => one.renamed));
  const named = formatCount(sum((one) => one.named));
  await write(
    `${renamed} of ${formatCounted(places, "place")} in native code have new names; ${named} have one now`,
  );
  const missing = libraries.filter((one) => one.named < one.places);
  for (const { path, buildId, places: all, named: known, found } of missing.slice(
    0,
    MOST_LIBRARIES,
  )) {
    const why = found
      ? "its files do not name them"
      : buildId === ""
        ? "it has no build id"
        : `no file has its build id ${buildId}`;
    await write(`${path}: ${formatCounted(all - known, "place")} without a name: ${why}`);
  }
  const more = missing.length - MOST_LIBRARIES;
  if (more > 0) await write(`and ${formatCounted(more, "more library", "more libraries")}`);
}
