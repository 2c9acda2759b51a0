// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";

/** Version of this package, "0.1.0". */
export function packageVersion(): string {
  // The same relative path from src/ and from dist/.
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
