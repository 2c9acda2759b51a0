// SPDX-License-Identifier: MIT

import { findInterpreters } from "./interpreters.ts";
import type { Command } from "./python-command.ts";

const NEWEST_MINOR = "3.15";

/** The Debian root that the newest CPython is in. @throws where there is none. */
export async function newestDebianRoot(): Promise<{ root: string; python: string }> {
  const newest = (await findInterpreters()).find(
    ({ minor, root }) => minor === NEWEST_MINOR && root !== undefined,
  );
  if (newest?.root === undefined) throw new Error("it wants a Debian root with Python 3.15");
  return { root: newest.root, python: newest.path };
}

/**
 * Runs a program of the host with the libraries of a Debian root, which are newer. Unlike by chroot it
 * sees the host's files and /proc, as a recorder must that opens what a target's maps name.
 */
export function withLibrariesOf(root: string, { command, args }: Command): Command {
  const paths = ["lib", "usr/lib"].map((folder) => `${root}/${folder}/x86_64-linux-gnu`);
  return {
    command: `${root}/lib64/ld-linux-x86-64.so.2`,
    args: ["--library-path", paths.join(":"), command, ...args],
  };
}
