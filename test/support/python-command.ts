/** How to start a Python, on the host or inside a Debian root, and how it gets to see a program. */

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** Where an executable is. */
export interface PythonLocation {
  /** Absolute, as seen inside `root`. */
  readonly path: string;
  /** The directory that is `/` for it; absent for the host's own. */
  readonly root?: string;
}

export interface Isolation {
  /** Also give the process a mount namespace of its own. Wants root, or user namespaces. */
  readonly mountNamespace?: boolean;
}

export interface Command {
  readonly command: string;
  readonly args: string[];
}

/**
 * Returns the argv that starts a Python. Every wrapper execs the next, so the pid of the child is
 * Python's own. In a root the working directory becomes `/` and there is no `/proc`. Users other than
 * root enter one by a user namespace, which some systems forbid: such Pythons are not found at all.
 */
export function pythonCommand(
  location: PythonLocation,
  args: readonly string[],
  isolation: Isolation = {},
): Command {
  const { path, root } = location;
  const mounts = isolation.mountNamespace === true;
  if (root === undefined && !mounts) return { command: path, args: [...args] };

  const isRoot = process.getuid?.() === 0;
  if (root !== undefined && isRoot && !mounts) {
    return { command: "chroot", args: [root, path, ...args] };
  }
  const flags: string[] = [];
  if (!isRoot) flags.push("--user", "--map-root-user");
  if (mounts) flags.push("--mount", "--propagation", "private");
  if (root !== undefined) flags.push(`--root=${root}`);
  return { command: "unshare", args: [...flags, path, ...args] };
}

/**
 * Returns the path by which a Python sees a program of the host. Into a root it is copied with the
 * modules beside it, into a directory named by their content: copying again is free, and a changed
 * program gets another path.
 */
export function programPath(location: PythonLocation, hostPath: string): string {
  if (location.root === undefined) return hostPath;
  const from = dirname(hostPath);
  const names = readdirSync(from).filter((name) => name.endsWith(".py"));
  const files = [...new Set([...names, basename(hostPath)])].sort().map((name) => ({
    name,
    content: readFileSync(join(from, name)),
  }));
  const hash = createHash("sha256");
  for (const { name, content } of files) hash.update(`${name} ${content.length}\n`).update(content);
  const inside = join("/tmp/pyspy", hash.digest("hex").slice(0, 12));
  const outside = join(location.root, inside);
  if (!existsSync(outside)) {
    const partial = `${outside}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    for (const { name, content } of files) {
      writeFileSync(join(partial, name), content, { mode: 0o644 });
    }
    // A run at the same time may have been faster: then its copy is as good.
    if (existsSync(outside)) rmSync(partial, { recursive: true });
    else renameSync(partial, outside);
  }
  return join(inside, basename(hostPath));
}
