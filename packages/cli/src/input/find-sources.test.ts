// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Profile, readCapture } from "@pyspy/analyze";
import { afterAll, beforeAll, expect, test } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { findSources } from "./find-sources.ts";
import { parseSourceRoot } from "./source-root.ts";

let folder = "";
const FITS = "def load(a):\n    return a\n";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-sources-"));
  for (const [path, text] of [
    ["checkout/shop/pay.py", FITS],
    ["checkout/pay.py", "def other():\n    pass\n"],
    ["checkout/only.py", "x = 1\n"],
    ["outside/secret.py", FITS],
  ] as const) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync("../outside/secret.py", join(folder, "checkout/linked.py"));
  symlinkSync("pay.py", join(folder, "checkout/shop/alias.py"));
  execFileSync("mkfifo", [join(folder, "checkout/pipe.py")]);
  writeFileSync(join(folder, "checkout/large.py"), FITS + "#".repeat(1 << 20));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A recording of `load`, which begins at the first line of a file with this path. */
function recordingOf(file: string): Profile {
  const profile = readCapture(captureOf("main R: load:2 4"));
  return { ...profile, functions: profile.functions.map((each) => ({ ...each, file })) };
}

async function find(file: string, root = "checkout") {
  return findSources(recordingOf(file), [parseSourceRoot(root, { cwd: folder })]);
}

const found = (file: string) => ({ files: [{ file, text: FITS }], misfits: [] });
const NOTHING = { files: [], misfits: [] };

test("a file is found by the longest end of its path that fits", async () => {
  expect(await find("/srv/app/shop/pay.py")).toEqual(found("/srv/app/shop/pay.py"));
  expect(await find("/srv/app/shop/alias.py")).toEqual(found("/srv/app/shop/alias.py"));
});

test("a directory may be said to be what was recorded elsewhere", async () => {
  expect(await find("/srv/app/pay.py", "/srv/app=checkout/shop")).toEqual(found("/srv/app/pay.py"));
  expect(await find("/srv/apple/pay.py", "/srv/app=checkout/shop")).toEqual(NOTHING);
});

test("what does not fit the recording is named, and left out", async () => {
  expect(await find("/srv/only.py")).toEqual({
    files: [],
    misfits: [{ file: "/srv/only.py", reason: "only.py: load does not begin at its line 1" }],
  });
});

test.each([
  "/outside/secret.py",
  "../outside/secret.py",
  "/x/../../outside/secret.py",
  "/linked.py",
  "/pipe.py",
  "/large.py",
  "/shop",
  "/pay.py\0",
  "<string>",
  "",
  "/".repeat(5000),
])("nothing is read for %j", async (file) => {
  expect(await find(file)).toEqual(NOTHING);
});

test("what is no directory is refused", () => {
  expect(() => parseSourceRoot("nowhere", { cwd: folder })).toThrow("takes a directory");
  expect(() => parseSourceRoot("/srv=nowhere", { cwd: folder })).toThrow("takes a directory");
});
