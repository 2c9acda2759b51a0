// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { commandLine } from "./command-line.ts";

it("is what a shell takes apart into the same words", () => {
  const words = ["run.pspy", "a b", "it's", "$HOME", "", "--title=x;y", "ü\n*"];
  const shown = execFileSync("sh", ["-c", `printf '%s\\0' ${commandLine(words)}`], {
    encoding: "utf8",
  });
  expect(shown.split("\0").slice(0, -1)).toEqual(words);
  expect(commandLine(["pyspy-analyze", "run.pspy", "--gil"])).toBe("pyspy-analyze run.pspy --gil");
});
