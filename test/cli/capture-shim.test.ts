import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CAPTURE, temporaryFolder } from "./built-program.ts";

// The program that npm installs starts the agent, and must not stand in its way. The agent here is a
// script that writes down what reaches it.

/** Runs until the second signal, or does what its first argument says. */
const FAKE_AGENT = `
import { appendFileSync } from "node:fs";
const log = (text) => appendFileSync(process.env.FAKE_LOG, text + "\\n");
log("arguments " + JSON.stringify(process.argv.slice(2)));
const [order, value] = process.argv.slice(2);
if (order === "exit") process.exit(Number(value));
if (order === "die") process.kill(process.pid, value);
else {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      log(signal);
      // As the real one, it takes a moment to finish its file.
      setTimeout(() => { log("finished"); process.exit(order === "wait" ? Number(value) : 0); }, 300);
    });
  }
  setInterval(() => {}, 1000);
  log("ready");
}
`;

interface Fake {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  log(): string[];
}

function fakeAgent(): Fake {
  const folder = temporaryFolder();
  const script = join(folder, "agent.mjs");
  const agent = join(folder, "agent");
  const logFile = join(folder, "log");
  writeFileSync(script, FAKE_AGENT);
  writeFileSync(agent, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`, { mode: 0o755 });
  return {
    folder,
    env: { ...process.env, PYSPY_CAPTURE_BINARY: agent, FAKE_LOG: logFile },
    log: () => (existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n") : []),
  };
}

function run(fake: Fake, ...argv: string[]) {
  return spawnSync(process.execPath, [CAPTURE, ...argv], { env: fake.env, encoding: "utf8" });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("nothing came of it in 20 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve) => child.once("exit", (...result) => resolve(result)));
}

describe("pyspy-capture.js", () => {
  it("passes arguments and the exit status on", () => {
    const fake = fakeAgent();
    expect(run(fake, "exit", "6", "-p", "1 2").status).toBe(6);
    expect(fake.log()).toEqual(['arguments ["exit","6","-p","1 2"]']);
    expect(run(fake, "exit", "0").status).toBe(0);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends by %s if the agent does", (signal) => {
    const result = run(fakeAgent(), "die", signal);
    expect(result.signal).toBe(signal);
  });

  it("turns a crash of the agent into 128 + the signal, and says so", () => {
    const result = run(fakeAgent(), "die", "SIGSEGV");
    expect(result.status).toBe(128 + 11);
    expect(result.stderr).toContain("SIGSEGV");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "passes %s on once, where no terminal does, and waits for the agent to finish",
    async (signal) => {
      const fake = fakeAgent();
      // A session of its own has no terminal, as under a service manager.
      const child = spawn("setsid", ["-w", process.execPath, CAPTURE, "wait", "9"], {
        env: fake.env,
        stdio: "ignore",
      });
      await until(() => fake.log().includes("ready"));
      const [shim] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(
        " ",
      );
      const target = shim === "" || shim === undefined ? child.pid! : Number(shim);
      // setsid runs the program in its own place, unless it had to fork first.
      const isShim = readFileSync(`/proc/${child.pid}/cmdline`, "utf8").startsWith(
        process.execPath,
      );
      process.kill(isShim ? child.pid! : target, signal);
      expect(await ended(child)).toEqual([9, null]);
      expect(fake.log().slice(1)).toEqual(["ready", signal, "finished"]);
    },
  );

  // util-linux; a container may lack it.
  const hasScript = spawnSync("script", ["--version"]).status === 0;
  it.skipIf(!hasScript)("leaves Ctrl-C to the terminal: the agent gets one, not two", async () => {
    const fake = fakeAgent();
    // In the place of the shell: some shells die of Ctrl-C themselves, whatever their child says.
    const command = `exec "${process.execPath}" "${CAPTURE}" wait 9`;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      env: fake.env,
      stdio: ["pipe", "ignore", "ignore"],
    });
    await until(() => fake.log().includes("ready"));
    child.stdin!.write("\u0003");
    expect((await ended(child))[0]).toBe(9);
    expect(fake.log().slice(1)).toEqual(["ready", "SIGINT", "finished"]);
  });

  it("says where it looked when there is no agent, with an exit code for each mode", () => {
    const fake = fakeAgent();
    const env = { ...fake.env, PYSPY_CAPTURE_BINARY: join(fake.folder, "none") };
    const attach = run({ ...fake, env }, "-p", "1");
    expect(attach.status).toBe(1);
    expect(attach.stderr).toMatch(/none \(PYSPY_CAPTURE_BINARY\): does not exist/);
    expect(run({ ...fake, env }, "--", "python", "app.py").status).toBe(125);
  });

  it("says so when the agent is no program for this machine", () => {
    const fake = fakeAgent();
    const other = join(fake.folder, "other");
    // An ELF header of no machine at all.
    writeFileSync(
      other,
      Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01", "latin1"), Buffer.alloc(57)]),
    );
    chmodSync(other, 0o755);
    const result = run({ ...fake, env: { ...fake.env, PYSPY_CAPTURE_BINARY: other } }, "-p", "1");
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/other .*: is built for another kind of machine/);
  });
});
