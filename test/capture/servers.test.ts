// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finished, startRecording } from "../support/agent.ts";
import { childrenOf } from "../support/proc.ts";
import { processesOf } from "../support/process-view.ts";
import { repositoryScript } from "../support/repository-script.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// A real server of real workers, from PyPI: scripts/setup-programs.sh provides it.

const setup = repositoryScript("setup-programs.sh");
const python = execFileSync("bash", [setup, "gunicorn"], { encoding: "utf8" }).trim();

const APPLICATION = `
import os, time
def handle_request():
    end = time.monotonic() + 0.02
    while time.monotonic() < end: sum(range(500))
    return str(os.getpid()).encode()
def application(environ, start_response):
    body = handle_request()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
`;

/** Asks the server once; the answer is the id of the worker that gave it. */
async function ask(socketPath: string): Promise<number> {
  const asked = request({ socketPath, path: "/", agent: false });
  asked.end();
  const [response] = await once(asked, "response");
  let text = "";
  for await (const part of response) text += part;
  return Number(text);
}

describe.each([["sync"], ["gthread"]])("gunicorn with workers of the class %s", (workerClass) => {
  it("is in the file with all workers, of which some were recycled under load", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "app.py"), APPLICATION);
    const socket = join(folder, "socket");
    const options = ["-w", "2", "-k", workerClass, "--threads", workerClass === "sync" ? "1" : "4"];
    const agent = await startRecording([
      ...["-S", "-r", 200, "--", python, "-m", "gunicorn", "--chdir", folder],
      ...[...options, "-b", `unix:${socket}`, "--max-requests", "15", "app:application"],
    ]);
    await agent.child.says("stderr", /Booting worker/);
    const workers = new Set<number>();
    // Four workers: two of the first have been replaced. A worker that ends may drop a connection.
    while (workers.size < 4) {
      const asked = Array.from({ length: 4 }, () => ask(socket).catch(() => undefined));
      for (const pid of await Promise.all(asked)) if (pid !== undefined) workers.add(pid);
    }
    const [server] = childrenOf(agent.child.pid);
    process.kill(server!, "SIGTERM");
    const { status, profile } = await finished(agent);
    expect(status).toBe(0);
    expect(profile.damage).toEqual([]);

    const seen = processesOf(profile);
    expect(seen.find(({ pid }) => pid === server)).toMatchObject({ exit: { status: 0 } });
    for (const pid of workers) {
      const worker = seen.find((process) => process.pid === pid);
      expect(worker).toMatchObject({ parentPid: server, exit: { status: 0 } });
      expect(worker!.functions).toContain("handle_request");
      expect(worker!.startBootNanos).toBeGreaterThan(0n);
    }
    const ends = seen.map(({ exit }) => exit!.timeNanos);
    expect(Math.max(...ends)).toBe(seen.find(({ pid }) => pid === server)!.exit!.timeNanos);
  });
});
