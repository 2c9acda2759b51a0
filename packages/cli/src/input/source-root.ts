// SPDX-License-Identifier: MIT

import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";

/** A directory that its owner allows to be read, and where it was when the program ran. */
export interface SourceRoot {
  /** Absolute, without links in it. */
  readonly directory: string;
  /** The recorded path that it stands for, without a slash at its end; `undefined`: found by the ends of paths. */
  readonly recorded: string | undefined;
}

/** Of "DIR" or "RECORDED=DIR". @throws UsageError when it is no directory. */
export function parseSourceRoot(text: string, { cwd }: Pick<CliIo, "cwd">): SourceRoot {
  const whole = directoryAt(resolve(cwd, text));
  if (whole !== undefined) return { directory: whole, recorded: undefined };
  const equals = text.indexOf("=");
  const named = equals > 0 ? directoryAt(resolve(cwd, text.slice(equals + 1))) : undefined;
  if (named !== undefined) {
    return { directory: named, recorded: text.slice(0, equals).replace(/\/+$/, "") };
  }
  throw new UsageError(`--source takes a directory, or RECORDED=DIRECTORY; ${text} is none`);
}

function directoryAt(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}
