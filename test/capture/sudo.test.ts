// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENT, record } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Under sudo a program belongs to the user who called it, and so does the capture. sudo(8) tells us
// by its environment; the tests are sudo here.

const isRoot = process.getuid?.() === 0;

/** A user who is in a group besides his own, or failing that any but root. */
function someUser(): { name: string; uid: number; gid: number } | undefined {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([name, , uid]) => name !== undefined && Number(uid) > 0)
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }));
  const groupFile = readFileSync("/etc/group", "utf8");
  const hasGroups = ({ name }: { name: string }) =>
    new RegExp(`:(.*,)?${name}(,.*)?$`, "m").test(groupFile);
  return users.find(hasGroups) ?? users[0];
}

describe.skipIf(!isRoot)("under sudo", () => {
  const user = someUser()!;
  const env = {
    ...process.env,
    SUDO_UID: String(user?.uid),
    SUDO_GID: String(user?.gid),
    SUDO_USER: user?.name,
  };
  const SHOW = ["sh", "-c", 'echo "$(id -u) $(id -g) $(id -G) $USER"; grep ^Uid /proc/self/status'];

  it("a launched program has the user's ids and groups", async () => {
    const { status, stdout } = await record(["-q", "--", ...SHOW], { env });
    expect(status).toBe(0);
    const groups = spawnSync("id", ["-G", user.name], { encoding: "utf8" }).stdout.trim();
    const sorted = (text: string) => text.split(" ").map(Number).toSorted();
    const [line, uids] = stdout.split("\n");
    const [uid, gid, ...rest] = line!.split(" ");
    expect([uid, gid, rest.pop()]).toEqual([String(user.uid), String(user.gid), user.name]);
    expect(sorted(rest.join(" "))).toEqual(sorted(groups));
    // Real, effective, saved and of the file system: no way back.
    expect(uids!.split("\t").slice(1).map(Number)).toEqual(Array(4).fill(user.uid));
  });

  it("unless root is asked for", async () => {
    const { stdout } = await record(["-q", "--as-root", "--", ...SHOW], { env });
    expect(stdout.split(" ")[0]).toBe("0");
  });

  it("the capture belongs to the user, of a launched program and of another", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const { pid } = await startSample(anyInterpreter, "nested.py");
    const cases = [
      ["-p", pid, "-d", 0.1],
      ["--", "true"],
    ];
    for (const [number, argv] of cases.entries()) {
      const output = join(folder, `${number}.pspy`);
      await record(argv, { env, output });
      const { uid, gid, mode } = statSync(output);
      expect([uid, gid, mode & 0o777]).toEqual([user.uid, user.gid, 0o600]);
    }
  });

  it("a program that the user may not execute is refused: 126", () => {
    const file = join(temporaryFolder(), "tool");
    spawnSync("cp", ["/bin/true", file]);
    chmodSync(file, 0o700);
    const end = spawnSync(AGENT, ["-o", "/dev/null", "--", file], { env, encoding: "utf8" });
    expect(end.status).toBe(126);
    expect(end.stderr).toContain("Permission denied");
  });
});
