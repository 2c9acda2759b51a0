// SPDX-License-Identifier: MIT

import { describe, expect, it } from "vitest";
import type { Profile } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { alignFiles } from "./align-files.ts";
import { alignFunctions } from "./align-functions.ts";

const EMPTY = readCapture(captureOf("main R: 1"));

/** Functions as "file name". */
function profileOf(functions: readonly string[], version = "3.12.1"): Profile {
  return {
    ...EMPTY,
    processes: [{ ...EMPTY.processes[0]!, python: { ...EMPTY.processes[0]!.python!, version } }],
    functions: functions.map((text) => {
      const [file = "", name = ""] = text.split(" ");
      return { name, file, firstLine: 1, flags: 0 };
    }),
  };
}

function aligned(
  before: readonly string[],
  after: readonly string[],
  versions = ["3.12.1", "3.12.1"],
) {
  const result = alignFunctions([profileOf(before, versions[0])], [profileOf(after, versions[1])]);
  const names = (indexes: Int32Array) =>
    [...indexes].map((at) => `${result.labels[at]!.file} ${result.labels[at]!.name}`);
  return { before: names(result.before[0]!), after: names(result.after[0]!), result };
}

describe("files", () => {
  it.each<[string, string[], string[]]>([
    ["one checkout", ["/srv/app/a.py"], ["/srv/app/a.py"]],
    [
      "other checkouts",
      ["/srv/v1/app/a.py", "/srv/v1/lib/b.py"],
      ["/srv/v2/app/a.py", "/srv/v2/lib/b.py"],
    ],
    [
      "deeper and elsewhere",
      ["/home/me/x/app/a.py", "/home/me/x/app/b.py"],
      ["/build/app/a.py", "/build/app/b.py"],
    ],
    ["a single script", ["/tmp/one/run.py"], ["/tmp/two/run.py"]],
    ["Windows", ["C:\\v1\\app\\a.py", "C:\\v1\\b.py"], ["D:\\v2\\app\\a.py", "D:\\v2\\b.py"]],
    [
      "site-packages of other environments",
      ["/venv/lib/python3.11/site-packages/x/y.py"],
      ["/opt/lib/python3.12/site-packages/x/y.py"],
    ],
    [
      "the library of other versions",
      ["/usr/lib/python3.11/json/decoder.py"],
      ["/usr/local/lib/python3.12/json/decoder.py"],
    ],
    ["frozen", ["<frozen importlib._bootstrap>"], ["<frozen importlib._bootstrap>"]],
  ])("%s: are the same", (_, before, after) => {
    const names = alignFiles(before, after);
    expect(before.map(names.before)).toEqual(after.map(names.after));
  });

  it("that only share a common name are not the same", () => {
    const before = ["/srv/app/orders/__init__.py", "/srv/app/main.py"];
    const after = ["/opt/tools/__init__.py", "/opt/run.py"];
    const names = alignFiles(before, after);
    expect(names.before(before[0]!)).not.toBe(names.after(after[0]!));
  });

  it("that both sides have keep their path, beside a directory that moved", () => {
    const before = ["/srv/main.py", "/data/plugins1/a.py", "/data/plugins1/b.py"];
    const after = ["/srv/main.py", "/data/plugins2/a.py", "/data/plugins2/b.py"];
    const names = alignFiles(before, after);
    expect(before.map(names.before)).toEqual(after.map(names.after));
    expect(names.before("/srv/main.py")).toBe("/srv/main.py");
  });
});

describe("functions", () => {
  it("are matched by file and name, without addresses", () => {
    const { before, after } = aligned(
      ["/a/x.py f", "/a/x.py <function g at 0x7f12ab34cd56>"],
      ["/b/x.py f", "/b/x.py <function g at 0x7fffffffffff>"],
    );
    expect(before).toEqual(after);
  });

  it("are matched by name alone where that is asked for", () => {
    const before = profileOf(["/a/x.py Cart.total", "/a/x.py load", "[libc.so.6] load"]);
    const after = profileOf(["/a/shop/cart.py Cart.total", "/a/y.py load"]);
    const native = { ...before.functions[2]!, module: "libc.so.6" };
    const functions = [...before.functions.slice(0, 2), native];
    const sides = [[{ ...before, functions } as Profile], [after]] as const;
    const moved = alignFunctions(...sides, { by: "name", renames: new Map() });
    expect([...moved.before[0]!]).toEqual([0, 1, 2]);
    expect([...moved.after[0]!]).toEqual([0, 1]);
    expect(alignFunctions(...sides).labels).toHaveLength(5);
    const renames = new Map([["Cart.total", "load"]]);
    expect([...alignFunctions(...sides, { by: "name", renames }).before[0]!]).toEqual([0, 0, 1]);
  });

  it("of a Python that does not know their classes lose them on the other side too", () => {
    const old = aligned(["/a/x.py load"], ["/a/x.py Service.load"], ["3.10.4", "3.12.1"]);
    expect(old.before).toEqual(old.after);
    expect(old.result.bareNames).toBe(true);
    const both = aligned(["/a/x.py A.load"], ["/a/x.py B.load"]);
    expect(both.before).not.toEqual(both.after);
    expect(both.result.bareNames).toBe(false);
  });
});
