// SPDX-License-Identifier: MIT
import { EndReason } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { finished, record, recordLaunch, startAgent, startRecording } from "../support/agent.ts";
import { anyInterpreter, describeOnEachPython } from "../support/on-each-python.ts";
import { isToldOfBirths } from "../support/proc.ts";
import { processesOf, processWith } from "../support/process-view.ts";
import { pythonCommand } from "../support/python-command.ts";
import { startSample, startText } from "../support/sampled-program.ts";
import {
  expectWhole,
  fileHas,
  hasEnded,
  linesOf,
  PRELUDE,
  programFile,
  TREE,
} from "../support/tree-program.ts";
import { until } from "../support/until.ts";

// --subprocesses: every process of a tree is in the one file, with parent, start, exit and command.

const python = (source: string) => pythonCommand(anyInterpreter, ["-c", source]);

describeOnEachPython((interpreter) => {
  it("follows a fork from birth to its exit status", async () => {
    const source = `${PRELUDE}
def in_child(): busy(0.4)
def in_parent(): busy(0.4)
pid = os.fork()
if pid == 0:
    in_child()
    os._exit(7)
say(parent=os.getpid(), child=pid)
in_parent()
os.waitpid(pid, 0)`;
    const recorded = await recordLaunch(TREE, pythonCommand(interpreter, ["-c", source]));
    expectWhole(recorded);
    const [{ parent, child } = {}] = linesOf(recorded);
    const inParent = processWith(recorded.profile, parent!);
    const inChild = processWith(recorded.profile, child!);
    expect(inChild).toMatchObject({ parentPid: parent, exit: { status: 7 } });
    expect(inChild.python?.version).toBe(interpreter.version);
    expect(inChild.startBootNanos).toBeGreaterThanOrEqual(inParent.startBootNanos);
    expect(inParent).toMatchObject({ exit: { status: 0 } });
    // All times are on one clock.
    const times = [inParent.start, inChild.start, inChild.exit, inParent.exit];
    const nanos = times.map((one) => one!.timeNanos);
    expect(nanos).toEqual(nanos.toSorted((a, b) => a - b));
    expect(inChild.functions).toContain("in_child");
    expect(inChild.functions).not.toContain("in_parent");
    expect(inParent.functions).toContain("in_parent");
    expect(inParent.functions).not.toContain("in_child");
  });

  // 2.7 forks, and has no choice of it.
  const methods = interpreter.minor === "2.7" ? ["fork"] : ["fork", "spawn", "forkserver"];
  it.each(methods)("follows multiprocessing with the start method %s", async (method) => {
    const source = `${PRELUDE}
import multiprocessing
def in_worker():
    say(worker=os.getpid())
    busy(0.3)
if __name__ == "__main__":
    choose = getattr(multiprocessing, "get_context", lambda method: multiprocessing)
    context = choose("${method}")
    workers = [context.Process(target=in_worker) for _ in range(2)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()`;
    const command = programFile(interpreter, source);
    const recorded = await recordLaunch(TREE, command);
    expectWhole(recorded);
    const workers = linesOf(recorded).map(({ worker }) => worker!);
    expect(workers).toHaveLength(2);
    const root = recorded.profile.processes[0]!;
    expect(root.role).toBe("");
    for (const pid of workers) {
      const worker = processWith(recorded.profile, pid);
      // 3.6: a fork server's child tells its status to the server, and exits with 1.
      const status = interpreter.minor === "3.6" && method === "forkserver" ? 1 : 0;
      expect(worker).toMatchObject({ exit: { status } });
      expect(worker.functions).toContain("in_worker");
      expect(worker.role).toMatch(/Process-[12]$/);
      // With a fork server it is the server's child.
      const parent = processWith(recorded.profile, worker.parentPid);
      expect([parent.pid, parent.parentPid]).toContain(root.pid);
    }
  });
});

describe("a launched tree", () => {
  it("has the programs that subprocess.run starts, Python or not", async () => {
    const source = `${PRELUDE}
inner = "import time; end = time.monotonic() + 0.2\\nwhile time.monotonic() < end: pass"
for _ in range(3):
    assert subprocess.run([sys.executable, "-c", inner]).returncode == 0
assert subprocess.run(["sh", "-c", "sleep 0.1; exit 9"]).returncode == 9
assert subprocess.run(["sh", "-c", "sleep 0.1; kill -TERM $$"]).returncode == -15`;
    const recorded = await recordLaunch(TREE, python(source));
    expectWhole(recorded);
    const seen = processesOf(recorded.profile);
    const [root] = seen;
    const children = seen.filter(({ parentPid }) => parentPid === root!.pid);
    expect(children.map(({ exit }) => [exit?.status, exit?.signal])).toEqual([
      [0, undefined],
      [0, undefined],
      [0, undefined],
      [9, undefined],
      [undefined, 15],
    ]);
    for (const child of children.slice(0, 3)) {
      expect(child.samples).toBeGreaterThan(0);
      expect(child.command).toEqual([expect.stringContaining("python"), "-c"]);
    }
    for (const child of children.slice(3)) {
      expect(child).toMatchObject({ python: undefined, samples: 0, command: ["sh"] });
      const sleeping = seen.filter(({ parentPid }) => parentPid === child.pid);
      expect(sleeping).toMatchObject([{ command: ["sleep"], exit: { status: 0 } }]);
    }
    expect(new Set(seen.map(({ pid }) => pid)).size).toBe(seen.length);
  });

  it("shows both programs of a child that becomes another Python", async () => {
    const second = "import time; end = time.monotonic() + 0.4\nwhile time.monotonic() < end: pass";
    const source = `${PRELUDE}
pid = os.fork()
if pid == 0:
    busy(0.4)
    os.execv(sys.executable, [sys.executable, "-B", "-c", ${JSON.stringify(second)}])
say(child=pid)
os.waitpid(pid, 0)`;
    const recorded = await recordLaunch(TREE, python(source));
    expectWhole(recorded);
    const [{ child } = {}] = linesOf(recorded);
    const programs = processesOf(recorded.profile).filter(({ pid }) => pid === child);
    expect(programs).toHaveLength(2);
    expect(programs[0]!.functions).toContain("busy");
    expect(programs[1]!.functions).not.toContain("busy");
    expect(programs[1]).toMatchObject({ exit: { status: 0 } });
    expect(programs[1]!.command.slice(1)).toEqual(["-B", "-c"]);
    for (const { samples } of programs) expect(samples).toBeGreaterThan(0);
  });

  it("may begin with a shell script that starts Python later, and ends with its last process", async () => {
    const { command, args } = python("import time; time.sleep(0.3)");
    const script = 'sleep 0.3; "$@"; ( sleep 0.3; exit 5 ) & exit 4';
    const shell = { command: "sh", args: ["-c", script, "sh", command, ...args] };
    const recorded = await recordLaunch(TREE, shell);
    expectWhole(recorded, 4);
    const [root, ...others] = processesOf(recorded.profile);
    expect(root).toMatchObject({ command: ["sh"], python: undefined, exit: { status: 4 } });
    const started = others.find(({ python }) => python !== undefined);
    expect(started).toMatchObject({ parentPid: root!.pid, exit: { status: 0 } });
    expect(started!.samples).toBeGreaterThan(0);
    // It outlived the shell, so that we, who adopted it, were told its end.
    expect(others.map(({ exit }) => exit?.status)).toContain(5);
    expect(recorded.profile.recordings).toMatchObject([{ endReason: EndReason.END_TARGET_EXITED }]);
  });

  it("keeps a process whose parent has ended", async () => {
    const source = `${PRELUDE}
def in_daemon(): busy(0.5)
if os.fork() == 0:
    busy(0.1)
    if os.fork() == 0:
        time.sleep(0.2)
        in_daemon()
        os._exit(6)
    busy(0.1)
    os._exit(0)
os.wait()`;
    const recorded = await recordLaunch(TREE, python(source));
    expectWhole(recorded);
    const seen = processesOf(recorded.profile);
    const daemon = seen.find(({ functions }) => functions.has("in_daemon"));
    expect(daemon).toMatchObject({ exit: { status: 6 } });
    expect(seen.map(({ pid }) => pid)).toContain(daemon!.parentPid);
  });

  it("has each of 200 children that are forked in a burst", async () => {
    const source = `${PRELUDE}
pids = []
for i in range(200):
    pid = os.fork()
    if pid == 0:
        time.sleep(0.2)
        os._exit(i % 100)
    pids.append(pid)
say(**{str(pid): i for i, pid in enumerate(pids)})
for pid in pids: os.waitpid(pid, 0)`;
    const recorded = await recordLaunch(TREE, python(source));
    expectWhole(recorded);
    const [numbers] = linesOf(recorded);
    const root = recorded.profile.processes[0]!;
    const children = processesOf(recorded.profile).filter(
      ({ parentPid }) => parentPid === root.pid,
    );
    const found = children.map(({ pid, exit }) => [pid, exit?.status]);
    const expected = Object.entries(numbers!).map(([pid, i]) => [Number(pid), i % 100]);
    expect(new Map(found as [number, number][])).toEqual(new Map(expected as [number, number][]));
    expect(children).toHaveLength(200);
  });

  it.skipIf(!isToldOfBirths)("has children that are over before anybody looks", async () => {
    const source = `${PRELUDE}
pids = []
for i in range(100):
    pid = os.fork()
    if pid == 0: os._exit(i)
    os.waitpid(pid, 0)
    pids.append(pid)
say(**{str(pid): i for i, pid in enumerate(pids)})`;
    const recorded = await recordLaunch(TREE, python(source));
    expectWhole(recorded);
    const [numbers] = linesOf(recorded);
    const seen = processesOf(recorded.profile);
    const [root] = seen;
    const children = seen.filter(({ parentPid }) => parentPid === root!.pid);
    const found = children.map(({ pid, exit }) => [String(pid), exit?.status]);
    expect(Object.fromEntries(found)).toEqual(numbers);
    for (const { command, start, exit } of children) {
      expect(command).toEqual(root!.command);
      expect(exit!.timeNanos).toBeGreaterThanOrEqual(start!.timeNanos);
    }
  });

  it.skipIf(process.getuid?.() !== 0)(
    "takes an id that is used again for another process",
    async () => {
      const source = `${PRELUDE}
def first(): busy(0.2)
def second(): busy(0.2)
def fork(work, status):
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(status)
    return pid
reused = None
for _ in range(50):
    pid = fork(first, 1)
    os.waitpid(pid, 0)
    os.waitpid(fork(lambda: time.sleep(0.05), 0), 0)
    with open("/proc/sys/kernel/ns_last_pid", "w") as last: last.write(str(pid - 1))
    again = fork(second, 2)
    os.waitpid(again, 0)
    if again == pid:
        say(pid=pid)
        break`;
      const recorded = await recordLaunch(TREE, python(source));
      if (recorded.stderr.includes("PermissionError") || recorded.stderr.includes("OSError")) {
        console.log("skipped: ids cannot be chosen here: /proc/sys is read-only");
        return;
      }
      expectWhole(recorded);
      const [{ pid } = {}] = linesOf(recorded);
      const same = processesOf(recorded.profile).filter((one) => one.pid === pid);
      expect(same.map(({ exit }) => exit?.status)).toEqual([1, 2]);
      expect(same[0]!.functions).toContain("first");
      expect(same[1]!.functions).toContain("second");
      expect(same[1]!.functions).not.toContain("first");
    },
  );
});

describe("by process id", () => {
  it("follows what was there and what comes later", async () => {
    const source = `${PRELUDE}
def in_old(): busy(60)
def in_new(): busy(0.4)
old = os.fork()
if old == 0: in_old()
print("ready", flush=True)
sys.stdin.readline()
new = os.fork()
if new == 0:
    in_new()
    os._exit(3)
os.waitpid(new, 0)
os.kill(old, 9)
os.waitpid(old, 0)
say(old=old, new=new)`;
    const program = await startText(anyInterpreter, source);
    const agent = await startRecording([...TREE, "-p", program.pid]);
    program.process.stdin!.write("go\n");
    const recorded = await finished(agent);
    expectWhole(recorded);
    const [pids] = linesOf(await program.ended);
    const old = processWith(recorded.profile, pids!["old"]!);
    const young = processWith(recorded.profile, pids!["new"]!);
    expect(old).toMatchObject({ parentPid: program.pid, exit: { signal: 9 } });
    expect(old.functions).toContain("in_old");
    expect(young).toMatchObject({ parentPid: program.pid, exit: { status: 3 } });
    expect(young.functions).toContain("in_new");
    expect(processWith(recorded.profile, program.pid)).toMatchObject({ exit: { status: 0 } });
  });

  it.skipIf(!isToldOfBirths)("follows a process whose parent was over at once", async () => {
    const source = `${PRELUDE}
def in_orphan(): busy(0.4)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(5):
    child = os.fork()
    if child == 0:
        if os.fork() != 0: os._exit(3)
        in_orphan()
        os._exit(0)
    os.waitpid(child, 0)
    say(child=child)
busy(0.6)`;
    const program = await startText(anyInterpreter, source);
    const agent = await startRecording([...TREE, "-p", program.pid]);
    program.process.stdin!.write("go\n");
    const recorded = await finished(agent);
    expectWhole(recorded);
    const seen = processesOf(recorded.profile);
    for (const { child } of linesOf(await program.ended)) {
      expect(processWith(recorded.profile, child!)).toMatchObject({
        parentPid: program.pid,
        exit: { status: 3 },
      });
      const orphan = seen.find(({ parentPid }) => parentPid === child);
      expect(orphan!.functions).toContain("in_orphan");
    }
  });

  it("records several processes until the last has ended", async () => {
    const programs = await Promise.all([
      startSample(anyInterpreter, "nested.py"),
      startSample(anyInterpreter, "two_threads.py"),
    ]);
    const pids = programs.map(({ pid }) => pid);
    const agent = await startRecording(["-p", pids[0]!, "-p", pids[1]!]);
    await programs[0]!.child.finish();
    await programs[1]!.child.finish();
    const recorded = await finished(agent);
    expectWhole(recorded);
    const seen = processesOf(recorded.profile);
    expect(seen.map(({ pid }) => pid).toSorted()).toEqual(pids.toSorted());
    for (const { samples, exit } of seen) {
      expect(samples).toBeGreaterThan(0);
      expect(exit).toMatchObject({ status: 0 });
    }
  });

  it("records the others when one of several cannot be", async () => {
    const { pid } = await startSample(anyInterpreter, "nested.py");
    const recorded = await record(["-d", 0.3, "-p", 4194304, "-p", pid]);
    expectWhole(recorded);
    expect(recorded.stderr).toContain("there is no process 4194304");
    expect(recorded.profile.processes.map((process) => process.pid)).toEqual([pid]);
  });

  it("refuses several of which none can be recorded", async () => {
    const agent = startAgent(["-p", 4194304, "-p", 4194303]);
    expect(await agent.child.ended).toMatchObject({ status: 6 });
  });
});

describe("--all", () => {
  it("records every Python that is there or comes, and nothing else", async () => {
    const { pid } = await startSample(anyInterpreter, "nested.py");
    const agent = await startRecording(["--all", "-r", 50]);
    const late = await startSample(anyInterpreter, "sleeping.py");
    await until(() => fileHas(agent.output, late.pid));
    await late.child.finish();
    await until(() => hasEnded(agent.output, late.pid));
    agent.child.process.kill("SIGINT");
    const recorded = await finished(agent);
    expectWhole(recorded);
    const seen = processesOf(recorded.profile);
    expect(seen.every(({ python }) => python !== undefined)).toBe(true);
    expect(seen.find((one) => one.pid === pid)?.functions).toContain("inner");
    expect(seen.find((one) => one.pid === late.pid)).toMatchObject({ exit: { status: 0 } });
  });
});

describe("what Python programs use to start others", () => {
  it("concurrent.futures: the workers of a process pool", async () => {
    const source = `${PRELUDE}
from concurrent.futures import ProcessPoolExecutor
def in_pool(_):
    busy(0.1)
    return os.getpid()
if __name__ == "__main__":
    with ProcessPoolExecutor(3) as pool:
        for pid in set(pool.map(in_pool, range(9))): say(worker=pid)`;
    const recorded = await recordLaunch(TREE, programFile(anyInterpreter, source));
    expectWhole(recorded);
    const workers = linesOf(recorded).map(({ worker }) => processWith(recorded.profile, worker!));
    for (const worker of workers) {
      expect(worker).toMatchObject({ exit: { status: 0 } });
      expect(worker.functions).toContain("in_pool");
    }
  });

  it("a fork from another thread than the main one", async () => {
    const source = `${PRELUDE}
import threading
def in_child(): busy(0.4)
def forks():
    pid = os.fork()
    if pid == 0:
        in_child()
        os._exit(8)
    say(child=pid)
    os.waitpid(pid, 0)
others = [threading.Thread(target=busy, args=(0.3,)) for _ in range(4)]
for other in others: other.start()
thread = threading.Thread(target=forks)
thread.start()
thread.join()`;
    const recorded = await recordLaunch(TREE, python(source));
    expectWhole(recorded);
    const [{ child } = {}] = linesOf(recorded);
    const seen = processWith(recorded.profile, child!);
    expect(seen).toMatchObject({ exit: { status: 8 } });
    expect(seen.functions).toContain("in_child");
    const { threads, processes } = recorded.profile;
    const own = threads.filter(({ process }) => processes[process]!.pid === child);
    // The other threads are not in the child, whatever its memory still says of them.
    expect(own).toHaveLength(1);
  });
});
