// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { childrenOf } from "../support/proc.ts";
import { processesOf } from "../support/process-view.ts";
import { allRuns, namesOf, tickShare } from "../support/profile-view.ts";
import { repositoryScript } from "../support/repository-script.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// A program that PyInstaller made one file of: it unpacks its interpreter into a temporary directory,
// and runs it in a child of its own.

const setup = repositoryScript("setup-programs.sh");
const samples = fileURLToPath(new URL("../../samples", import.meta.url));

/** Makes one file of samples/nested.py. Returns its path. */
function bundle(): string {
  const python = execFileSync("bash", [setup, "pyinstaller"], { encoding: "utf8" }).trim();
  const program = join(samples, "nested.py");
  const folder = temporaryFolder();
  execFileSync(
    python,
    [
      ...["-m", "PyInstaller", "--onefile", "--log-level", "ERROR", "--name", "order-service"],
      ...["--paths", samples, "--add-data", `${program}:.`, program],
    ],
    { cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
  );
  return join(folder, "dist/order-service");
}

it("records a program that is one file, through the process that unpacked it", async () => {
  const child = new ChildProgram({ command: bundle(), args: [] });
  await child.says("stdout", /^ready$/m);
  const [python] = childrenOf(child.pid);
  const { status, stderr, profile } = await record(["-S", "-r", 500, "-d", 0.3, "-p", child.pid]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const seen = processesOf(profile).map(({ pid, samples }) => [pid, samples > 0]);
  expect(seen).toEqual([
    [child.pid, false],
    [python, true],
  ]);
  const isWhole = (run: number) => /inner$/.test(namesOf(profile, run).at(-1) ?? "");
  expect(tickShare(profile, allRuns(profile), isWhole)).toBeGreaterThan(0.8);
}, 120_000);
