// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { recordLaunch } from "../support/agent.ts";
import { anyInterpreter, supportedInterpreters } from "../support/on-each-python.ts";
import { processesOf, processWith } from "../support/process-view.ts";
import { pythonCommand } from "../support/python-command.ts";
import { expectWhole, linesOf, PRELUDE, programFile, TREE } from "../support/tree-program.ts";

// What programs use to have others work for them: pools, and other versions of Python.

describe("a multiprocessing pool", () => {
  it.each(["fork", "spawn", "forkserver"])("with the start method %s", async (method) => {
    const source = `${PRELUDE}
import multiprocessing
def in_pool(_):
    busy(0.1)
    return os.getpid()
if __name__ == "__main__":
    pool = multiprocessing.get_context("${method}").Pool(3)
    workers = set(pool.map(in_pool, range(9), chunksize=1))
    pool.close()
    pool.join()
    for pid in workers: say(worker=pid)`;
    const recorded = await recordLaunch(TREE, programFile(anyInterpreter, source));
    expectWhole(recorded);
    const workers = linesOf(recorded).map(({ worker }) => processWith(recorded.profile, worker!));
    expect(workers.length).toBeGreaterThan(0);
    for (const worker of workers) {
      expect(worker).toMatchObject({ exit: { status: 0 } });
      expect(worker.functions).toContain("in_pool");
      expect(worker.role).toMatch(/PoolWorker-\d+$/);
      expect(worker.start!.timeNanos).toBeLessThan(worker.exit!.timeNanos);
    }
  });
});

const [one, other] = supportedInterpreters.filter(
  ({ minor, root }) => root === undefined && minor.startsWith("3."),
);

it.skipIf(other === undefined)("a process that becomes another version of Python", async () => {
  const second = `${PRELUDE}
def in_second(): busy(0.4)
in_second()
sys.exit(6)`;
  const { command, args } = pythonCommand(other!, ["-c", second]);
  const source = `${PRELUDE}
def in_first(): busy(0.4)
pid = os.fork()
if pid == 0:
    in_first()
    os.execv(${JSON.stringify(command)}, ${JSON.stringify([command, ...args])})
say(child=pid)
os.waitpid(pid, 0)`;
  const recorded = await recordLaunch(TREE, pythonCommand(one!, ["-c", source]));
  expectWhole(recorded);
  const [{ child } = {}] = linesOf(recorded);
  const programs = processesOf(recorded.profile).filter(({ pid }) => pid === child);
  expect(programs.map(({ python }) => python?.version)).toEqual([one!.version, other!.version]);
  expect(programs[0]!.functions).toContain("in_first");
  expect(programs[1]!.functions).toContain("in_second");
  expect(programs[1]!.functions).not.toContain("in_first");
  expect(programs[1]).toMatchObject({ exit: { status: 6 } });
});
