// SPDX-License-Identifier: MIT

export { type ByteSource, byteSourceOf } from "./bytes/byte-source.ts";
export { CythonSources } from "./cython/cython-sources.ts";
export { DebugFiles } from "./debug-files/debug-files.ts";
export { demangled } from "./demangle/demangle.ts";
export { ElfFile } from "./elf/elf-file.ts";
export { type SourceFunction, Symbolizer } from "./symbolizer.ts";
