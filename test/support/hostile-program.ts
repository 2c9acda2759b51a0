// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * The source of a Python program that, at a line of input, overwrites thread state, interpreter, frames
 * and code again and again, and never returns: no Python runs in it any more that could break. To be run
 * by an interpreter of this machine.
 */
export function hostileProgram(): string {
  const library = join(temporaryFolder(), "libscrambler.so");
  const source = fileURLToPath(new URL("./scrambler.c", import.meta.url));
  execFileSync("cc", ["-O1", "-shared", "-fPIC", source, "-o", library]);
  return `
import ctypes, sys
scrambler = ctypes.CDLL(${JSON.stringify(library)})
def pointer(function):
    function.restype = ctypes.c_void_p
    return function()
def deep(levels):
    if levels:
        return deep(levels - 1)
    frame = ctypes.c_void_p.from_address(id(sys._getframe()) + 24).value  # PyFrameObject.f_frame
    regions = [
        (pointer(ctypes.pythonapi.PyThreadState_Get), 512),
        (pointer(ctypes.pythonapi.PyInterpreterState_Get), 16384),
        (frame - frame % 4096, 4096),
        (id(deep.__code__), 256),
        (id(deep.__code__.co_linetable), 64),
        (id(deep.__code__.co_name), 64),
    ]
    columns = [(ctypes.c_uint64 * len(regions))(*column) for column in zip(*regions)]
    print("ready", flush=True)
    sys.stdin.readline()
    scrambler.scramble(*columns, ctypes.c_size_t(len(regions)))
deep(30)`;
}
