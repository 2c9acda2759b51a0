// SPDX-License-Identifier: MIT
/** Copies of real interpreters that say something else of themselves than the original does. */

import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Interpreter } from "./interpreters.ts";
import { supportedInterpreters } from "./on-each-python.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What _Py_DebugOffsets begins with; the version follows as a 64-bit PY_VERSION_HEX. */
const COOKIE = "xdebugpy";

/** The file of an interpreter, as the host sees it. */
export function executableOf({ root = "", path }: Interpreter): string {
  return join(root, path);
}

/**
 * The newest interpreter that is one file and describes itself in it, not in a shared library; absent
 * where this machine has none.
 */
export const selfDescribing: Interpreter | undefined = supportedInterpreters.findLast((one) =>
  readFileSync(executableOf(one)).includes(COOKIE),
);

/** A place for a file that an interpreter's processes see; it goes away with the test. */
export function placeFor({ root }: Interpreter, name: string): { host: string; inside: string } {
  if (root === undefined) {
    const host = join(temporaryFolder(), name);
    return { host, inside: host };
  }
  const folder = mkdtempSync(join(root, "tmp/pyspy", "altered-"));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const host = join(folder, name);
  return { host, inside: host.slice(root.length) };
}

/** A copy under another name. */
export function copied(interpreter: Interpreter, name: string): Interpreter & { file: string } {
  const { host, inside } = placeFor(interpreter, name);
  copyFileSync(executableOf(interpreter), host);
  chmodSync(host, 0o755);
  return { ...interpreter, path: inside, file: host };
}

/**
 * A copy whose _Py_DebugOffsets hold other numbers: a map from byte offset to value. The interpreter
 * itself does not use them.
 */
export function withDebugOffsets(
  interpreter: Interpreter,
  values: ReadonlyMap<number, bigint>,
): Interpreter {
  const copy = copied(interpreter, "python-altered");
  const bytes = readFileSync(copy.file);
  // The first is the structure; another may be the constant that it is made from.
  for (let at = bytes.indexOf(COOKIE); at >= 0; at = bytes.indexOf(COOKIE, at + 1)) {
    const isVersion = bytes.readUInt32LE(at + 12) === 0 && bytes[at + 11] === 3;
    if (!isVersion) continue;
    for (const [offset, value] of values) bytes.writeBigUInt64LE(value, at + offset);
  }
  writeFileSync(copy.file, bytes);
  return copy;
}

/** Where the structure has the version; PY_VERSION_HEX of a version that is not there yet. */
export const VERSION_OFFSET = 8;
export const LATER_VERSION = 0x031000f0n;
/** Where it has PyThreadState.next, which all versions have at 8. */
export const NEXT_THREAD_OFFSET = 192;

/** A copy that says that it is a version to come, with offsets that cannot be known. */
export function ofUnknownLayout(interpreter: Interpreter): Interpreter {
  return withDebugOffsets(
    interpreter,
    new Map([
      [VERSION_OFFSET, LATER_VERSION],
      [NEXT_THREAD_OFFSET, 24n],
    ]),
  );
}
