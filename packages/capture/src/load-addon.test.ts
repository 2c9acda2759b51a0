// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentMissingError } from "./agent-missing-error.ts";
import { loadAddon } from "./load-addon.ts";
import { missingAgentAdvice } from "./missing-agent-advice.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-addon-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function failure(): AgentMissingError {
  try {
    loadAddon(pathToFileURL(`${folder}/`));
  } catch (error) {
    if (error instanceof AgentMissingError) return error;
    throw error;
  }
  throw new Error("loaded an addon");
}

it("lists every place, and what is wrong with what is there", () => {
  const absent = failure();
  expect(absent.form).toBe("addon");
  expect(absent.attempts.map(({ source, problem }) => [source, problem])).toEqual([
    ["local-build", "does not exist"],
    ["platform-package", "is not installed"],
  ]);
  expect(absent.message).toContain("found no pyspy-capture addon that Node can load here");
  expect(missingAgentAdvice(absent)).toContain('runIn: "process"');

  const build = join(folder, "native/build/pyspy-capture.node");
  mkdirSync(dirname(build), { recursive: true });
  writeFileSync(build, "not a library");
  expect(failure().attempts[0]!.problem).toMatch(/^cannot be loaded: /);
});
