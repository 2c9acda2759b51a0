// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { type NativeRole, nativeRole } from "./native-role.ts";

function role(name: string, module = "/opt/lib/libpython3.11.so.1.0"): NativeRole {
  return nativeRole({ name, file: module, module, firstLine: 0, flags: 0 });
}

describe("nativeRole", () => {
  // As they stand on stacks of CPython 2.7 to 3.15.
  it.each([
    "_PyEval_EvalFrameDefault",
    "_PyEval_EvalFrameDefault.cold",
    "PyEval_EvalFrameEx",
    "_PyEval_Vector",
    "PyEval_EvalCode",
    "_PyFunction_Vectorcall",
    "function_code_fastcall",
    "_PyObject_MakeTpCall",
    "PyObject_CallOneArg",
    "PyObject_Vectorcall",
    "_PyObject_VectorcallTstate.lto_priv.20",
    "method_vectorcall_FASTCALL_KEYWORDS_METHOD",
    "cfunction_vectorcall_FASTCALL",
    "cfunction_call",
    "slot_tp_call",
    "gen_iternext",
    "gen_send_ex2",
    "run_eval_code_obj",
    "_PyRun_SimpleFileObject",
    "pymain_run_python.constprop.0",
    "Py_BytesMain",
    "thread_run",
    "_TAIL_CALL_CALL_PY_EXACT_ARGS",
    "_Py_CallBuiltinClass_StackRef",
    "_Py_VectorCall_StackRefSteal",
  ])("%s carries calls", (name) => {
    expect(role(name)).toBe("plumbing");
    expect(role(name, "/usr/bin/python3.13")).toBe("plumbing");
    expect(role(name, "/srv/app/mine.so")).toBe("code");
  });

  // What somebody may wonder about.
  it.each([
    "list_sort_impl",
    "builtin_sum",
    "take_gil",
    "PyEval_RestoreThread",
    "_PyEval_AcquireLock",
    "gc_collect_main",
    "PyImport_ImportModuleLevelObject",
    "_PyLong_Add",
    "pattern_subx",
    "functools_reduce",
    "dict_merge",
  ])("%s does something", (name) => {
    expect(role(name)).toBe("code");
  });

  it("knows how programs and threads start", () => {
    expect(role("_start")).toBe("start");
    expect(role("clone3", "/lib/x86_64-linux-gnu/libc.so.6")).toBe("start");
    expect(role("main", "/srv/app/server")).toBe("code");
  });

  it("knows what has no name", () => {
    expect(role("[libpython3.11.so.1.0]")).toBe("unnamed");
    expect(role("[vdso]", "[vdso]")).toBe("unnamed");
    expect(role("[unknown code]", "")).toBe("unnamed");
  });
});
