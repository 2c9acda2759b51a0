// SPDX-License-Identifier: MIT
import type { PythonFunction } from "../model/profile.ts";

/**
 * Functions that only carry a call from one Python function, or from C code, to the next: nobody looks
 * for time in them. Names as in CPython 2.7 to 3.15. What they carry, such as `list_sort` or
 * `builtin_sum`, is not among them.
 */
const CALLS = new RegExp(
  [
    "_?PyEval_(Eval|Vector|FastCall|Call)\\w*",
    "_TAIL_CALL_\\w*",
    "_?PyObject_?(Call|FastCall|MakeTpCall|Vectorcall)\\w*",
    "_?PyVectorcall_\\w*",
    "_?Py_(Vector)?[Cc]all\\w*",
    "_?PyFunction_(Vectorcall|FastCall)\\w*",
    "_?PyMethod(Def|Descr)?_(Raw)?(Vectorcall|FastCall)\\w*",
    "_?PyCFunction_(Call|FastCall|Vectorcall)\\w*",
    "_?PyStack_\\w*",
    "(function_code|fast)_?(fastcall|function)",
    "(fast_function|do_call|ext_do_call|call_function|call_method|call_unbound\\w*|call_attribute)",
    "(object_vacall|vectorcall_(method|maybe|unbound)|lookup_maybe_method|type_call|instancemethod_call)",
    "(c?function|instance|instancemethod|method|classmethod|method_descr|methoddescr|cfunction|builtin_function)_(call|vectorcall)\\w*",
    "(wrapper|wrapperdescr|classmethoddescr)_(call|raw_call)",
    "slot_(tp|nb|sq|mp|bf|am)_\\w+",
    "gen_(iternext|send|send_ex2?|close_iter)|coro_\\w+|PyIter_Send|_?PyGen_\\w+",
    "_?PyRun_\\w*|pyrun_\\w*|run_(mod|eval_code_obj|pyc_file|node)|pymain_\\w+|_?Py_(RunMain|BytesMain|UnixMain|Main)",
    "(thread_run|t_bootstrap|pythread_wrapper|bootstrap)",
  ]
    .map((alternative) => `(?:${alternative})`)
    .join("|"),
);
const PLUMBING = new RegExp(
  `^(?:${CALLS.source})(?:\\.(?:cold|part|constprop|isra|lto_priv|localalias)\\b.*)?$`,
);

/** How every program and every thread starts. */
const START = /^(?:_start|__libc_start_\w+|main|start_thread|clone3?|__clone\w*|_dl_start\w*)$/;

const INTERPRETER = /^(?:lib)?python\d[\d.]*[a-z]*(?:\.so[\d.]*)?$/;
const C_LIBRARY = /^(?:libc|libpthread|ld-linux|ld-musl|ld)[-.].*$/;

/** What may be folded of native frames, and where. */
export type NativeRole =
  /** Carries calls of Python. */
  | "plumbing"
  /** How the program, or the thread, was started: of no interest where nothing else called it. */
  | "start"
  /** Interpreter or C library, without a name: a stripped file does not say what it does. */
  | "unnamed"
  | "code";

/** The role of a native function. */
export function nativeRole({ name, module = "" }: PythonFunction): NativeRole {
  const file = module.slice(module.lastIndexOf("/") + 1);
  const isInterpreter = INTERPRETER.test(file);
  if (isInterpreter && PLUMBING.test(name)) return "plumbing";
  if (START.test(name) && (isInterpreter || C_LIBRARY.test(file))) return "start";
  if (name === unnamedName(module)) return "unnamed";
  return "code";
}

/** What stands for a function without a symbol: the file that it is in. */
export function unnamedName(module: string): string {
  const file = module.slice(module.lastIndexOf("/") + 1);
  // The kernel's own are in brackets already: "[vdso]".
  return file === "" ? "[unknown code]" : file.startsWith("[") ? file : `[${file}]`;
}
