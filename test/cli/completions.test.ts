import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { noTerminal, Terminal } from "../support/terminal.ts";
import { ANALYZE } from "./built-program.ts";

// What `pyspy-analyze completions` prints, in the shells that it is for.

const folder = mkdtempSync(join(tmpdir(), "pyspy-completions-"));
const scripts = new Map<string, string>();
afterAll(() => rmSync(folder, { recursive: true }));

/** The script for a shell, in a file. */
function scriptFor(shell: string): string {
  const known = scripts.get(shell);
  if (known !== undefined) return known;
  const printed = spawnSync(process.execPath, [ANALYZE, "completions", shell], {
    encoding: "utf8",
  });
  expect(printed).toMatchObject({ status: 0, stderr: "" });
  const path = join(folder, shell);
  writeFileSync(path, printed.stdout);
  scripts.set(shell, path);
  return path;
}

const missing = (shell: string) =>
  spawnSync(shell, ["--version"]).status === 0 ? undefined : `${shell} is not installed`;

/** Words of a command line, the last of which is to be completed, and what with. */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["pyspy-analyze timel", ["timeline"]],
  ["pyspy-analyze gil --thr", ["--thread-name"]],
  ["pyspy-analyze run.pspy --format chr", ["chrometrace"]],
  ["pyspy-analyze run.pspy --unit ", ["wall", "cpu", "samples"]],
  ["pyspy-capture --nonb", ["--nonblocking"]],
];

it.for(CASES)("bash completes %s", ([line, expected]) => {
  const words = line.split(" ");
  const program = words[0]!.replace("-", "_");
  const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${program}
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script, scriptFor("bash"), ...words], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual(expected);
});

it.for(CASES)("fish completes %s", ([line, expected], context) => {
  const reason = missing("fish");
  if (reason !== undefined) return context.skip(reason);
  const script = 'source $argv[1]; complete -C "$argv[2]"';
  const { stdout, stderr } = spawnSync("fish", ["-N", "-c", script, scriptFor("fish"), line], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const found = stdout
    .trim()
    .split("\n")
    .map((row) => row.split("\t")[0]);
  expect(found).toEqual(expect.arrayContaining([...expected]));
});

it.for(CASES)("zsh completes %s", async ([line, expected], context) => {
  const reason = missing("zsh") ?? noTerminal;
  if (reason !== undefined) return context.skip(reason);
  const terminal = new Terminal("PS1='ready> ' zsh -f", { columns: 200, rows: 60 });
  await terminal.shows(/ready>/);
  terminal.keys("-l", `autoload -U compinit; compinit -D; source ${scriptFor("zsh")}; clear`);
  terminal.keys("Enter");
  await terminal.shows(/^ready>\s*$/);
  terminal.keys("-l", line);
  terminal.keys("Tab");
  // One of a kind is put into the line; of several there is a list.
  if (expected.length === 1) {
    const start = line.slice(0, line.lastIndexOf(" ") + 1);
    await terminal.shows(new RegExp(`ready> ${start}${expected[0]}$`, "m"));
  } else {
    for (const word of expected) await terminal.shows(new RegExp(`\\b${word}\\b`));
  }
});
