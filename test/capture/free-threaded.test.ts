// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { requireSpecialBuilds } from "../support/interpreters.ts";
import { allRuns, stackOf } from "../support/profile-view.ts";
import { startText } from "../support/sampled-program.ts";

// Free-threaded builds from 3.14 on give each thread but the first bytecode of its own.

const builds = (await requireSpecialBuilds()).flatMap((one) =>
  "interpreter" in one && one.interpreter.freeThreaded ? [one.interpreter] : [],
);

/** work() stands in lines 2 to 4. It is young code, so that its bytecode is specialised meanwhile. */
const PROGRAM = `import sys, threading
def work(n):
    while True:
        n = n * 3 % 1000003
for _ in range(3):
    threading.Thread(target=work, args=(7,), daemon=True).start()
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.read()`;

describe.each(builds)("CPython $version, free-threaded", (interpreter) => {
  it("shows the lines that threads are at", async () => {
    const child = await startText(interpreter, PROGRAM);
    const { status, stderr, profile } = await record(["-r", 500, "-d", 0.6, "-p", child.pid]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const lines = new Map<number, number>();
    for (const run of allRuns(profile)) {
      const frame = stackOf(profile, run).at(-1);
      if (frame?.name !== "work") continue;
      lines.set(frame.line, (lines.get(frame.line) ?? 0) + profile.samples.ticks[run]!);
    }
    expect([...lines.keys()].sort()).toEqual([3, 4]);
    expect(await child.finish()).toMatchObject({ status: 0 });
  });
});
