// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filterIdle, hottest, readCapture, selectAll } from "@pyspy/analyze";
import { describe, expect, it } from "vitest";
import { ANALYZE } from "../cli/built-program.ts";
import { AGENT } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { expectUnharmed, statusField } from "../support/proc.ts";
import { sampleCommand, startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { noTerminal, Terminal } from "../support/terminal.ts";
import { until } from "../support/until.ts";

// `pyspy-analyze top` in a real terminal.

const TOP = `${process.execPath} ${ANALYZE} top`;

/** The table's rows, by what they name: self and total of all the time, in seconds. */
function rowsOf(text: string): Map<string, { self: number; total: number }> {
  const rows = text.matchAll(/^ +[\d.]+ +[\d.]+ +([\d.]+) (m?s) +([\d.]+) (m?s) {2}(\S+)/gm);
  const seconds = (value: string, unit: string): number =>
    Number(value) / (unit === "ms" ? 1000 : 1);
  return new Map(
    [...rows].map(([, self, selfUnit, total, totalUnit, name]) => [
      name!,
      { self: seconds(self!, selfUnit!), total: seconds(total!, totalUnit!) },
    ]),
  );
}

describe.skipIf(noTerminal !== undefined)(
  `in a terminal${noTerminal ? `: ${noTerminal}` : ""}`,
  () => {
    it("shows the shares of a program, and follows keys and sizes", async () => {
      const { pid } = await startSample(anyInterpreter, "shares.py");
      const terminal = new Terminal(`${TOP} -p ${pid}`, { columns: 160 });
      await terminal.shows(/ [4-9]\.\d\d s {2}\d+ Hz[\s\S]*fifty/);
      expect(terminal.text()).toMatch(/GIL +[▁▂▃▄▅▆▇█]{5}/);
      expect(terminal.text()).toMatch(/active [01]\.\d of 1 threads/);

      terminal.keys("l");
      await terminal.shows(/total +line$/m);
      await terminal.shows(/fifty \(shares\.py:\d+\)/);
      terminal.keys("t");
      await terminal.shows(new RegExp(`thread ${pid} `));
      terminal.keys("o");
      await terminal.shows(new RegExp(`process ${pid}: `));
      terminal.keys("f", "5");
      await terminal.shows(/functionv$/m);
      terminal.keys("/", "t", "w", "e");
      await terminal.shows(/^\/twe_$/m);
      expect([...rowsOf(terminal.text()).keys()]).toEqual(["twenty"]);
      terminal.keys("Enter");
      await terminal.shows(/^\/twe$/m);
      terminal.keys("Escape");
      await terminal.shows(/fifty/);
      terminal.keys("p");
      await terminal.shows(/^PAUSED/);
      terminal.keys("p", "?");
      await terminal.shows(/any key +back/);
      terminal.keys("x", "g");
      await terminal.shows(/only with the GIL/);

      terminal.resize(60, 10);
      await terminal.shows(/^(?:[^\n]*\n){9}q quit[^\n]{40,60}[4-9]\n$/);
      terminal.keys("End");
      await terminal.shows(/[2-9] of \d+\n$/);
      terminal.keys("q");
      await terminal.shows(/^ended$/m);
      expect(terminal.state()).toEqual({ modes: terminal.modes, alternate: "0", cursor: "1" });
      expectUnharmed(pid);
    });

    it("shows what a recording of the same has, and says that the process has ended", async () => {
      const { pid, child } = await startSample(anyInterpreter, "shares.py");
      const file = join(temporaryFolder(), "seen.pspy");
      const terminal = new Terminal(`${TOP} -p ${pid} -r 200 --save ${file}`, { columns: 160 });
      await terminal.shows(/ [4-9]\.\d\d s {2}\d+ Hz[\s\S]*fifty/);
      await child.kill("SIGKILL");
      await terminal.shows(/The recording ended: the process ended\. Press q\./);
      expect(terminal.state().alternate).toBe("1");
      const shown = rowsOf(terminal.text());
      terminal.keys("q");
      await terminal.shows(/^ended$/m);
      const rows = hottest(filterIdle(selectAll(readCapture(readFileSync(file)))));
      const all = rows.reduce((sum, { self }) => sum + self, 0) / 1e9;
      for (const [name, share] of [
        ["fifty", 0.5],
        ["thirty", 0.3],
        ["twenty", 0.2],
      ] as const) {
        const { self, total } = rows.find(({ label }) => label.name === name)!;
        // What the last tick of a block stands for is known to the file alone.
        expect(Math.abs(shown.get(name)!.self - self / 1e9)).toBeLessThan(0.05 * all);
        expect(Math.abs(shown.get(name)!.total - total / 1e9)).toBeLessThan(0.05 * all);
        // The shares are of CPU time: on a machine that is shared, wall time has others.
        expect(Math.abs(shown.get(name)!.self / all - share)).toBeLessThan(0.2);
      }
    });

    it.each([
      ["Ctrl-C", (terminal: Terminal) => terminal.keys("C-c")],
      ["SIGTERM", (terminal: Terminal) => signal(terminal, "SIGTERM")],
      ["SIGHUP", (terminal: Terminal) => signal(terminal, "SIGHUP")],
      ["SIGKILL", (terminal: Terminal) => signal(terminal, "SIGKILL")],
    ])("gives the terminal back after %s", async (_, end) => {
      const { pid } = await startSample(anyInterpreter, "shares.py");
      const terminal = new Terminal(`${TOP} -p ${pid}`);
      await terminal.shows(/fifty/);
      expect(terminal.state()).toMatchObject({ alternate: "1", cursor: "0" });
      expect(terminal.state().modes).not.toBe(terminal.modes);
      end(terminal);
      const before = { modes: terminal.modes, alternate: "0", cursor: "1" };
      await until(() => JSON.stringify(terminal.state()) === JSON.stringify(before));
      await until(() => terminal.pids(AGENT).length === 0);
      expectUnharmed(pid);
    });

    it("gives the terminal back while it is suspended by Ctrl-Z", async () => {
      const { pid } = await startSample(anyInterpreter, "shares.py");
      const terminal = new Terminal(`${TOP} -p ${pid}`);
      await terminal.shows(/fifty/);
      const inUse = JSON.stringify(terminal.state());
      const before = JSON.stringify({ modes: terminal.modes, alternate: "0", cursor: "1" });
      const [top] = terminal.pids(TOP);
      terminal.keys("C-z");
      await until(() => statusField(top!, "State").startsWith("T"));
      expect(JSON.stringify(terminal.state())).toBe(before);
      expectUnharmed(pid);
      signal(terminal, "SIGCONT");
      await until(() => JSON.stringify(terminal.state()) === inUse);
      await terminal.shows(/fifty/);
      terminal.keys("q");
      await terminal.shows(/^ended$/m);
    });

    it("gives the terminal back when there is nothing to show", async () => {
      const terminal = new Terminal(`${TOP} -p 4194304`);
      await terminal.shows(/there is no process 4194304\nLook for .*\nended/);
      expect(terminal.state()).toEqual({ modes: terminal.modes, alternate: "0", cursor: "1" });
    });

    it("uses colours as NO_COLOR and CLICOLOR say", async () => {
      const { pid } = await startSample(anyInterpreter, "shares.py");
      for (const [env, isColoured] of [
        [{ NO_COLOR: "1", CLICOLOR_FORCE: "1" }, false],
        [{ CLICOLOR: "0" }, false],
        [{ CLICOLOR: "0", CLICOLOR_FORCE: "1" }, true],
        [{}, true],
      ] as const) {
        const terminal = new Terminal(`${TOP} -p ${pid}`, { env });
        await terminal.shows(/fifty/);
        expect(terminal.colors().includes("\u001b[1m"), JSON.stringify(env)).toBe(isColoured);
      }
    });

    it("shows a stream from elsewhere, which goes to a file at once", async () => {
      const { pid } = await startSample(anyInterpreter, "shares.py");
      const file = join(temporaryFolder(), "run.pspy");
      const terminal = new Terminal(`${AGENT} -q -o - -p ${pid} | tee ${file} | ${TOP} -`);
      await terminal.shows(/ [2-9]\.\d\d s .*[\s\S]*fifty/);
      terminal.keys("q");
      await terminal.shows(/^ended$/m);
      await until(() => terminal.pids(AGENT).length === 0);
      expectUnharmed(pid);
      expect(readCapture(readFileSync(file)).samples.length).toBeGreaterThan(0);
    });

    it("launches a program, and saves what it saw", async () => {
      const { command, args } = sampleCommand(anyInterpreter, "two_threads.py");
      const file = join(temporaryFolder(), "seen.pspy");
      const program = [command, ...args].join(" ");
      const terminal = new Terminal(`${TOP} --save ${file} -- ${program} --seconds 60`);
      await terminal.shows(/spin_alpha[\s\S]*spin_beta|spin_beta[\s\S]*spin_alpha/);
      terminal.keys("q");
      await terminal.shows(/^ended$/m);
      expect(terminal.pids(command)).toEqual([]);
      const { recordings, damage } = readCapture(readFileSync(file));
      expect(damage).toEqual([]);
      expect(recordings[0]!.endReason).toBeDefined();
    });

    it("follows a file that grows", async () => {
      const { pid } = await startSample(anyInterpreter, "shares.py");
      const file = join(temporaryFolder(), "run.pspy");
      const recording = new Terminal(`${AGENT} -d 5 -o ${file} -p ${pid}`);
      await until(() => existsSync(file));
      const terminal = new Terminal(`${process.execPath} ${ANALYZE} follow ${file}`);
      await terminal.shows(/ [1-9]\.\d\d s .*[\s\S]*fifty/);
      await recording.shows(/^ended$/m);
      await terminal.shows(/The recording ended: done\. Press q\./);
      terminal.keys("q");
      await terminal.shows(/^ended$/m);
    });
  },
);

function signal(terminal: Terminal, name: NodeJS.Signals): void {
  const [pid] = terminal.pids(TOP);
  process.kill(pid!, name);
}
