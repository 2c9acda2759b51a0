// SPDX-License-Identifier: MIT

import { spawnSync } from "node:child_process";
import { agentPath } from "@pyspy/capture";
import { type Interpreter, requireInterpreters } from "@pyspy/test/support/interpreters";
import { installPySpy, PY_SPY_VERSION } from "@pyspy/test/support/peer-programs";
import { markdownTable } from "../markdown.ts";
import { BenchTarget } from "../processes/bench-target.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { takeSpareCore } from "../processes/placement.ts";
import { median, quantile } from "../statistics/quantile.ts";

const ROUNDS = 25;

interface Dumper {
  readonly name: string;
  readonly command: (pid: number) => readonly string[];
}

/** Measures for how long a program stands while it is dumped. Returns Markdown. */
export async function benchDump(
  minors: readonly string[],
  progress: (text: string) => void,
): Promise<string> {
  const dumpers = await findDumpers();
  const { target: cpu } = takeSpareCore();
  const before = noise();
  const rows = [["", "Python", "median", "90 %", "whole dump"]];
  for (const one of await requireInterpreters(minors)) {
    if ("absent" in one) continue;
    for (const [name, stood, seconds] of await measure(one.interpreter, dumpers, cpu, progress)) {
      rows.push([
        name,
        one.interpreter.version,
        micros(median(stood)),
        micros(quantile(stood, 0.9)),
        `${(median(seconds) * 1000).toFixed(0)} ms`,
      ]);
    }
  }
  const facts =
    `- Machine: ${machineClass()}. Load average ${before.load.toFixed(1)} before, ` +
    `${noise().load.toFixed(1)} after. ${ROUNDS} rounds in turn; time in which the program neither ` +
    "ran nor waited for a CPU.";
  return `${[facts, markdownTable(rows)].join("\n\n")}\n`;
}

async function findDumpers(): Promise<Dumper[]> {
  const agent = agentPath();
  const ours = (...options: string[]): Dumper => ({
    name: ["pyspy-capture --snapshot", ...options].join(" "),
    command: (pid) => [agent, "-q", "-o", "/dev/null", "--snapshot", ...options, "-p", `${pid}`],
  });
  const pySpy = await installPySpy();
  const theirs = (...options: string[]): Dumper => ({
    name: [`py-spy ${PY_SPY_VERSION} dump`, ...options].join(" "),
    command: (pid) => [pySpy, "dump", ...options, "--pid", `${pid}`],
  });
  return [
    { name: "nothing", command: () => ["sleep", "0.02"] },
    ours(),
    theirs(),
    ours("--locals"),
    theirs("--locals"),
    ours("--native"),
    theirs("--native"),
  ];
}

/** Of each dumper the time that the target stood, in nanoseconds, and how long its dumps took, in seconds. */
async function measure(
  python: Interpreter,
  dumpers: readonly Dumper[],
  cpu: string,
  progress: (text: string) => void,
): Promise<[string, number[], number[]][]> {
  const target = await BenchTarget.start(python, "stood", [], cpu);
  const stood = dumpers.map((): number[] => []);
  const seconds = dumpers.map((): number[] => []);
  // In turn, so that what else the machine does is shared.
  for (let round = 0; round < ROUNDS; round++) {
    progress(`Python ${python.version}, round ${round + 1} of ${ROUNDS}`);
    for (const [at, dumper] of dumpers.entries()) {
      await target.answer("SIGUSR1");
      const [command = "", ...args] = dumper.command(target.pid);
      const start = performance.now();
      const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(`${dumper.name}: ${stderr}`);
      seconds[at]!.push((performance.now() - start) / 1000);
      stood[at]!.push(Number(await target.answer("SIGUSR1")));
    }
  }
  await target.finish();
  return dumpers.map(({ name }, at) => [name, stood[at]!, seconds[at]!]);
}

function micros(nanos: number): string {
  return `${Math.round(nanos / 1000)} µs`;
}
