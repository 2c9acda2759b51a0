// SPDX-License-Identifier: MIT

import { closeSync, openSync, readSync } from "node:fs";

/** e_machine of ELF(5), by Node's names of architectures. */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/**
 * Whether a file is an ELF program for another architecture: node_modules copied from another
 * machine, for instance. Starting it would not fail as it should: execvp(3) takes what the kernel
 * refuses for a shell script.
 */
export function isForeignProgram(path: string, architecture: string): boolean {
  const head = readHead(path);
  const expected = ELF_MACHINES[architecture];
  const isElf = head.toString("latin1", 0, 4) === "\u007fELF";
  return isElf && expected !== undefined && head.readUInt16LE(18) !== expected;
}

/** The first bytes; zeros of a program that may be run and not read. */
function readHead(path: string): Buffer {
  const head = Buffer.alloc(20);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return head;
  }
  try {
    readSync(file, head);
    return head;
  } finally {
    closeSync(file);
  }
}
