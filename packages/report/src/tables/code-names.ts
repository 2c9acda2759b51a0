// SPDX-License-Identifier: MIT

import { type CodeOwner, modulesOfFiles, type Profile } from "@pyspy/analyze";
import type { CodeTable } from "../code/code-table.ts";
import { codeOrigins } from "../text/short-files.ts";
import { visibleText } from "../text/visible-text.ts";

/** Where a function is from, as Python names it. */
export interface CodeNames {
  readonly module: string;
  readonly package: string;
  readonly owner: CodeOwner;
}

/** The names of all functions of a table of code. */
export function codeNames({ functions }: Profile, code: CodeTable): CodeNames[] {
  const modules = new Map(
    [...modulesOfFiles(functions)].map(([file, names]) => [visibleText(file), names]),
  );
  const origins = codeOrigins(code.functions.map((each) => ({ ...each, line: 0 })));
  return code.functions.map(({ file }, index) => {
    const names = modules.get(file);
    return {
      module: visibleText(names?.module ?? file),
      package: visibleText(names?.package ?? file),
      owner: origins[index]!.owner,
    };
  });
}
