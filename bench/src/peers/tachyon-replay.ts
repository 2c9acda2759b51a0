// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { agentPath } from "@pyspy/capture";
import { requireInterpreters } from "@pyspy/test/support/interpreters";
import { runMeasured, type Taken } from "../processes/measured-program.ts";

const SECONDS = 20;
const RATE_HERTZ = 20_000;

/** Goes up and down a stack of some twenty functions, so that samples differ. */
const TARGET = `
import random, time

def work(depth, end):
    if depth == 0 or time.monotonic() > end:
        return sum(range(random.randrange(200)))
    return sum(random.choice(CALLS)(depth - 1, end) for _ in range(2))

CALLS = [eval("lambda depth, end: work(depth, end)") for _ in range(500)]
end = time.monotonic() + ${SECONDS}
while time.monotonic() < end:
    work(random.randrange(10), end)
`;

/** What a recording can be replayed to. */
export type TachyonFormat = "collapsed" | "flamegraph" | "gecko";

export interface TachyonReplay {
  readonly samples: number;
  /** Of the recording. */
  readonly bytes: number;
  readonly outputs: readonly TachyonOutput[];
}

export interface TachyonOutput {
  readonly format: TachyonFormat;
  readonly taken: Taken;
  readonly bytes: number;
}

/**
 * Records a busy program by CPython 3.15's own sampler, and replays that to each of the formats.
 *
 * @param withOwn is given what records the same program by our agent, at the same rate for the same time.
 * @throws Error where there is no 3.15, or it cannot record here.
 */
export async function replayTachyon(
  formats: readonly TachyonFormat[],
  withOwn?: (recordOwn: (output: string) => void) => Promise<void>,
): Promise<TachyonReplay> {
  const [required] = await requireInterpreters(["3.15"]);
  if (required === undefined || "absent" in required) throw new Error(required?.absent);
  const { root = "", path: python } = required.interpreter;
  const folder = mkdtempSync(join(root === "" ? tmpdir() : join(root, "tmp"), "pyspy-tachyon-"));
  try {
    const inside = join("/tmp", basename(folder));
    writeFileSync(join(folder, "target.py"), TARGET);
    // It reads /proc of its child, so a root of its own needs one.
    // The program runs until its standard input ends.
    const input = `sleep ${SECONDS + 5} |`;
    const mount = root === "" ? input : `mount -t proc proc ${root}/proc && exec chroot ${root}`;
    const command = (args: string): [string, string[]] => [
      "unshare",
      ["--mount", "sh", "-c", `${mount} ${python} ${args}`],
    ];
    const tachyon = (args: string) => command(`-m profiling.sampling ${args}`);
    const recording = `${inside}/run.bin`;
    const asked = `-d ${SECONDS} -r ${RATE_HERTZ / 1000}khz -a --binary -o ${recording} ${inside}/target.py`;
    const [program, words] = tachyon(`run ${asked}`);
    execFileSync(program, words, { stdio: ["ignore", "ignore", "pipe"] });
    await withOwn?.((output) => {
      const options = ["-S", "-r", `${RATE_HERTZ}`, "--max-cpu", "100", "-o", output, "--"];
      const args = [...options, ...command(`${inside}/target.py`).flat()];
      execFileSync(agentPath(), args, { stdio: ["ignore", "ignore", "pipe"] });
    });
    const outputs: TachyonOutput[] = [];
    for (const format of formats) {
      const args = `replay --${format} -o ${inside}/out.${format} ${recording}`;
      const taken = await runMeasured(...tachyon(args));
      outputs.push({ format, taken, bytes: statSync(join(folder, `out.${format}`)).size });
    }
    const [first] = outputs;
    const samples = Number(/Replayed (\d+) samples/.exec(first?.taken.output ?? "")?.[1]);
    return { samples, bytes: statSync(join(folder, "run.bin")).size, outputs };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
