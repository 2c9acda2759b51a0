// SPDX-License-Identifier: MIT

import { commands } from "../commands/commands.ts";
import { packageVersion } from "../package-version.ts";
import { manPage } from "./man-page.ts";
import { programHelps } from "./program-helps.ts";

/** The manual pages of both programs: name of the file, and text. */
export async function manualPages(): Promise<ReadonlyMap<string, string>> {
  const helps = await programHelps(commands);
  return new Map(helps.map((help) => [`${help.name}.1`, manPage(help, packageVersion())]));
}
