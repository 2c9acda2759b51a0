// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { commonDirectory, nativeOrigin, pythonOrigin } from "./code-origin.ts";

test.each([
  ["/usr/lib/python3.12/json/decoder.py", "stdlib", "json", "json/decoder.py"],
  ["/usr/local/lib/python3.13t/threading.py", "stdlib", "threading", "threading.py"],
  ["/usr/lib/python3.9/lib-dynload/_x.so", "stdlib", "_x", "_x.so"],
  ["C:\\Python312\\Lib\\json\\decoder.py", "stdlib", "json", "json\\decoder.py"],
  ["<frozen importlib._bootstrap>", "stdlib", "importlib", "<frozen importlib._bootstrap>"],
  ["/v/lib/python3.12/site-packages/numpy/core/x.py", "package", "numpy", "numpy/core/x.py"],
  ["/usr/lib/python3/dist-packages/six.py", "package", "six", "six.py"],
  ["/srv/shop/app/main.py", "own", "app/main.py", "/srv/shop/app/main.py"],
  ["<string>", "own", "<string>", "<string>"],
  ["", "none", "", ""],
])("%s: %s, %s, %s", (file, owner, group, short) => {
  const origin = pythonOrigin(file);
  expect(origin).toMatchObject({ owner, group });
  expect(file.slice(origin.shortStart)).toBe(short);
});

test("native code goes by the file it is in", () => {
  expect(nativeOrigin("/usr/lib/x86_64-linux-gnu/libc.so.6")).toMatchObject({ group: "libc.so.6" });
});

test.each([
  [["/srv/shop/app/a.py", "/srv/shop/lib/b.py"], "/srv/shop/"],
  [["/srv/shop/a.py"], "/srv/shop/"],
  [["/srv/shop/a.py", "/srv/shopping/b.py"], "/srv/"],
  [["/srv/a.py", "relative.py", "<string>"], "/srv/"],
  [["/a.py", "/b/c.py"], "/"],
  [["C:\\x\\a.py", "D:\\x\\b.py"], ""],
  [[], ""],
])("%j have %j in common", (files, common) => {
  expect(commonDirectory(files)).toBe(common.length);
});
