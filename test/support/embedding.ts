// SPDX-License-Identifier: MIT
/** Programs that embed an interpreter of this machine, made by the C compiler. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Interpreter } from "./interpreters.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const SOURCE = fileURLToPath(new URL("./embedding-program.c", import.meta.url));

const QUESTION = `import sys, sysconfig, json
get = sysconfig.get_config_var
print(json.dumps([get("LIBPL") + "/" + get("LIBRARY"), sysconfig.get_path("include"), sys.prefix]))`;

/** What hides an interpreter in the program that holds it. */
const HIDDEN = "{ local: _PyRuntime; PyInterpreterState_Head; };\n";

export interface Embedding {
  readonly executable: string;
  /** What it has to be started with to find its library. */
  readonly env: NodeJS.ProcessEnv;
}

interface Parts {
  readonly library: string;
  readonly headers: string;
  readonly prefix: string;
}

/** The static library and the headers of an interpreter; absent where it came without. */
export function embeddableParts(interpreter: Interpreter): Parts | undefined {
  if (interpreter.root !== undefined) return undefined;
  const answer = execFileSync(interpreter.path, ["-c", QUESTION], { encoding: "utf8" });
  const [library, headers, prefix] = JSON.parse(answer) as [string, string, string];
  const complete = existsSync(library) && existsSync(join(headers, "Python.h"));
  return complete ? { library, headers, prefix } : undefined;
}

/**
 * Links the interpreter into a program by the name of something else, and strips that. With `hidden`
 * the program does not even export where the interpreter's state is, and has no section headers.
 */
export function embed({ library, headers, prefix }: Parts, hidden: boolean): Embedding {
  const folder = temporaryFolder();
  const executable = join(folder, "order-service");
  const script = join(folder, "hidden.map");
  writeFileSync(script, HIDDEN);
  // What the linker has to say of the library is not our concern.
  execFileSync(
    "cc",
    [
      ...["-O1", "-w", `-I${headers}`, SOURCE, "-o", executable, library, "-rdynamic"],
      ...["-lpthread", "-ldl", "-lutil", "-lm", "-s"],
      ...(hidden ? [`-Wl,--version-script=${script}`] : []),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  if (hidden) withoutSections(executable);
  return { executable, env: { ...process.env, PYTHONHOME: prefix } };
}

/** Makes an ELF file say that it has no sections: what runs does not need them. */
export function withoutSections(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeBigUInt64LE(0n, 0x28); // e_shoff
  bytes.writeUInt16LE(0, 0x3c); // e_shnum
  bytes.writeUInt16LE(0, 0x3e); // e_shstrndx
  writeFileSync(path, bytes);
}
