// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { cythonName } from "./cython-name.ts";

describe("cythonName", () => {
  // Symbols of modules that Cython 3.2 has made.
  it.each([
    ["__pyx_pw_5cymod_1cross", "cymod.cross"],
    ["__pyx_pf_5cymod_cross", "cymod.cross"],
    ["__pyx_f_5cymod_inner", "cymod.inner"],
    ["__pyx_f_5cymod_5Thing_grow", "cymod.Thing.grow"],
    ["__pyx_pw_5cymod_5Thing_3grow", "cymod.Thing.grow"],
    ["__pyx_pw_5cymod_5Thing_1__init__", "cymod.Thing.__init__"],
    ["__pyx_pw_3pkg_5cymod_1cross", "pkg.cymod.cross"],
    ["__pyx_f_5cymod_inner.part.0", "cymod.inner.part.0"],
  ])("%s is %s", (symbol, name) => {
    expect(cythonName(symbol)).toBe(name);
  });

  it.each([
    "__pyx_tp_new_5cymod_Thing",
    "__Pyx_PyObject_Call",
    "list_sort",
    "",
    "__pyx_f_",
    "__pyx_f_5cymo",
  ])("%j is no function of a .pyx file", (symbol) => {
    expect(cythonName(symbol)).toBeUndefined();
  });
});
