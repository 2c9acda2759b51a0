// SPDX-License-Identifier: MIT
import { chmodSync, copyFileSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENT, finished, openCapture, startAgent, startRecording } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { expectUnharmed, statusField } from "../support/proc.ts";
import { processWith } from "../support/process-view.ts";
import { startText } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { expectWhole, fileHas, PRELUDE, TREE } from "../support/tree-program.ts";
import { until } from "../support/until.ts";

// Whatever happens to the agent or to a process: nothing is harmed, and nothing else is lost.

describe("a tree under strain", () => {
  it("is not harmed by the agent's death, whenever that is, and each file opens", async () => {
    const source = `${PRELUDE}
print("ready", flush=True)
import select
while not select.select([sys.stdin], [], [], 0)[0]:
    if os.fork() == 0:
        busy(0.01)
        os._exit(0)
    busy(0.01)
    assert os.wait()[1] == 0`;
    const program = await startText(anyInterpreter, source);
    const folder = temporaryFolder();
    const AGENTS = Number(process.env["PYSPY_TEST_KILLS"] ?? 30);
    const AT_ONCE = 3;
    const LONGEST_MS = 1600;
    let withSamples = 0;
    for (let first = 0; first < AGENTS; first += AT_ONCE) {
      const killed = Array.from({ length: AT_ONCE }, async (_, i) => {
        const output = join(folder, `${first + i}.pspy`);
        const { child } = startAgent(["-q", "-S", "-r", 500, "-p", program.pid], { output });
        // The golden ratio spreads the moments evenly.
        const moment = LONGEST_MS * (((first + i) * 0.6180339887) % 1);
        const timer = setTimeout(() => child.process.kill("SIGKILL"), moment);
        const { signal, stderr } = await child.ended;
        clearTimeout(timer);
        expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
        if (existsSync(output) && statSync(output).size > 0) {
          const profile = openCapture(output);
          if (profile.samples.length > 0) withSamples += 1;
        }
      });
      await Promise.all(killed);
      expectUnharmed(program.pid);
    }
    expect(withSamples).toBeGreaterThan(0);
    program.process.stdin!.write("end\n");
    expect(await program.ended).toMatchObject({ status: 0, stderr: "" });
  });

  it("goes on with the others when one is suspended, and with it when it goes on", async () => {
    const source = `${PRELUDE}
def in_child():
    while True: busy(1)
child = os.fork()
if child == 0: in_child()
print("ready", flush=True)
say(child=child)
sys.stdin.readline()
os.kill(child, 9)
os.waitpid(child, 0)`;
    const program = await startText(anyInterpreter, source);
    const [, child] = await program.says("stdout", /"child": (\d+)/);
    const pid = Number(child);
    process.kill(pid, "SIGSTOP");
    const agent = await startRecording([...TREE, "-p", program.pid]);
    await until(() => statusField(pid, "State").startsWith("T") && fileHas(agent.output, pid));
    process.kill(pid, "SIGCONT");
    await until(() => processWith(openCapture(agent.output), pid).functions.has("busy"));
    program.process.stdin!.write("end\n");
    const recorded = await finished(agent);
    expectWhole(recorded);
    expect(processWith(recorded.profile, pid)).toMatchObject({ exit: { signal: 9 } });
    expect(await program.ended).toMatchObject({ status: 0 });
  });

  it.skipIf(process.getuid?.() !== 0)(
    "tells of a process that may not be read any more, and records the others",
    async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o777);
      const executable = join(folder, "pyspy-capture");
      copyFileSync(AGENT, executable);
      chmodSync(executable, 0o755);
      // Both are the user's; then one becomes root's in the eyes of the kernel: not dumpable.
      const source = `${PRELUDE}
import ctypes
os.setgroups([]); os.setgid(65534); os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # dumpable again, PR_SET_DUMPABLE
def in_parent(): busy(0.5)
def in_child(): busy(0.2)
child = os.fork()
if child == 0:
    in_child()
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    busy(0.5)
    os._exit(5)
print("ready", flush=True)
say(child=child)
in_parent()
os.waitpid(child, 0)
in_parent()`;
      const program = await startText(anyInterpreter, source);
      const output = join(folder, "run.pspy");
      const options = { executable, output, uid: 65534, gid: 65534 };
      const recorded = await finished(await startRecording([...TREE, "-p", program.pid], options));
      expectWhole(recorded);
      expect(processWith(recorded.profile, program.pid).functions).toContain("in_parent");
      const [, child] = program.text("stdout").match(/"child": (\d+)/)!;
      const seen = processWith(recorded.profile, Number(child));
      expect(seen.exit).toBeDefined();
      expect(await program.ended).toMatchObject({ status: 0, stderr: "" });
    },
  );
});
