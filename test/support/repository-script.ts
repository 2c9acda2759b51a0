// SPDX-License-Identifier: MIT

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A script of this repository's scripts/, also for what was built from here. */
export function repositoryScript(name: string): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "scripts", name))) {
    const above = dirname(directory);
    if (above === directory) throw new Error(`there is no scripts/${name} above here`);
    directory = above;
  }
  return join(directory, "scripts", name);
}
