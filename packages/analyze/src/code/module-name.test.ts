import { expect, it } from "vitest";
import { modulesOfFiles } from "./module-name.ts";

it("names modules as Python would", () => {
  const modules = modulesOfFiles(
    [
      "/usr/lib/python3.12/json/decoder.py",
      "/usr/lib/python3.12/json/__init__.py",
      "/v/lib/python3.12/site-packages/numpy/core/x.py",
      "<frozen importlib._bootstrap>",
      "/srv/shop/app/main.py",
      "/srv/shop/manage.py",
      "relative/part.py",
      "<string>",
      "",
    ].map((file) => ({ name: "f", file, firstLine: 1, flags: 0 })),
  );
  expect([...modules.values()].map((each) => [each.module, each.package])).toEqual([
    ["json.decoder", "json"],
    ["json", "json"],
    ["numpy.core.x", "numpy"],
    ["importlib._bootstrap", "importlib"],
    ["app.main", "app"],
    ["manage", "manage"],
    ["relative.part", "relative"],
    ["<string>", "<string>"],
    ["", ""],
  ]);
});

it("names native code by its file, but for what is installed in a package", () => {
  const modules = modulesOfFiles(
    [
      "/usr/lib/x86_64-linux-gnu/libz.so.1",
      "/v/lib/python3.12/site-packages/numpy/core/_fast.so",
      "[vdso]",
    ].map((file) => ({ name: "f", file, firstLine: 0, flags: 0, module: file })),
  );
  expect([...modules.values()].map((each) => [each.module, each.package])).toEqual([
    ["libz.so.1", "libz.so.1"],
    ["numpy.core._fast", "numpy"],
    ["[vdso]", "[vdso]"],
  ]);
});
