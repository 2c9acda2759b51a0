import { expect, it } from "vitest";
import { isInstalledCode, isOfSystem } from "./installed-code.ts";

it.each([
  ["/usr/lib/python3.12/json/decoder.py", ["/usr"], true],
  ["/usr/local/lib/python3.12/dist-packages/x.py", ["/usr"], true],
  ["/usr/bin/gunicorn", ["/usr"], true],
  ["/usr/src/app/main.py", ["/usr"], false],
  ["/usrlib/x.py", ["/usr"], false],
  ["/srv/venv/lib/python3.12/site-packages/x.py", ["/srv/venv/", "/usr"], true],
  ["/srv/venv/src/editable/x.py", ["/srv/venv", "/usr"], false],
  ["/srv/lib/python3.12/mine.py", ["/usr"], false],
  ["/srv/lib/python3.12/json.py", [], true],
  ["/srv/app.py", [], false],
  ["<frozen runpy>", ["/usr"], true],
  ["<string>", ["/usr"], false],
])("%s with prefixes %j: %s", (file, prefixes, installed) => {
  expect(isInstalledCode(file, prefixes)).toBe(installed);
});

it.each([
  ["/lib/x86_64-linux-gnu/libc.so.6", true],
  ["/usr/lib64/libcrypto.so.3", true],
  ["/usr/bin/python3.13", true],
  ["[vdso]", true],
  ["", true],
  ["/srv/app/_fast.so", false],
  ["/usr/local/lib/libours.so", false],
])("native code of %s comes with the system: %s", (module, system) => {
  expect(isOfSystem(module)).toBe(system);
});
