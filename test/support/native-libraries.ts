// SPDX-License-Identifier: MIT
/** The libraries of samples/native, made by this machine's compilers. */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ChildProgram } from "./child-program.ts";
import type { Interpreter } from "./interpreters.ts";
import { sampleCommand } from "./sampled-program.ts";

const SOURCES = fileURLToPath(new URL("../../samples/native/", import.meta.url));

/** Makes the library in C++, which needs no other library in C++. */
export function buildCpp(library: string, flags: readonly string[] = ["-g"]): void {
  const source = join(SOURCES, "crossings_cpp.cc");
  const shared = ["-O2", "-shared", "-fPIC", "-static-libstdc++", "-static-libgcc"];
  run("g++", [...shared, ...flags, "-Wl,--build-id", "-o", library, source]);
}

/** Makes the library in Rust; `mangling`: "v0", or the older "legacy" where the compiler still has it. */
export function buildRust(library: string, mangling = "v0"): void {
  const source = join(SOURCES, "crossings_rust.rs");
  const flags = ["--edition", "2021", "-O", "-g", "--crate-type", "cdylib"];
  run("rustc", [...flags, "-C", `symbol-mangling-version=${mangling}`, "-o", library, source]);
}

/** Makes the module in Cython, for an interpreter that has it. Returns its path; the C code is beside it. */
export function buildCython(python: string, folder: string): string {
  const [source, code] = [join(folder, "crossings_cython.pyx"), join(folder, "crossings_cython.c")];
  copyFileSync(join(SOURCES, "crossings_cython.pyx"), source);
  run(python, ["-m", "cython", "-3", source, "-o", code]);
  const query = "import sysconfig; print(sysconfig.get_path('include'))";
  const library = join(folder, "crossings_cython.so");
  const headers = run(python, ["-c", query]).trim();
  run("gcc", [
    "-O2",
    "-g",
    "-shared",
    "-fPIC",
    "-Wl,--build-id",
    `-I${headers}`,
    "-o",
    library,
    code,
  ]);
  return library;
}

/** Takes everything but exported names out of a library, and into a debug file. */
export function separateDebugFile(library: string, debugFile: string): void {
  mkdirSync(dirname(debugFile), { recursive: true });
  const whole = `${library}.whole`;
  copyFileSync(library, whole);
  run("objcopy", ["--only-keep-debug", whole, debugFile]);
  run("objcopy", ["--strip-all", `--add-gnu-debuglink=${debugFile}`, whole, library]);
  run("rm", [whole]);
}

/** Starts the sample that crosses a library; it runs until the test ends it. */
export async function startCrossings(
  interpreter: Interpreter,
  ...library: readonly [path: string, name?: string]
): Promise<ChildProgram> {
  const child = new ChildProgram(
    sampleCommand(interpreter, "native_crossings.py", library as readonly string[]),
  );
  await child.says("stdout", /^ready$/m);
  return child;
}

/** What a program prints. */
export function run(command: string, args: readonly string[], input = ""): string {
  const options = { encoding: "utf8", input, maxBuffer: 1 << 28 } as const;
  return execFileSync(command, args, { ...options, stdio: ["pipe", "pipe", "inherit"] });
}
