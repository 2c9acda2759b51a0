// SPDX-License-Identifier: MIT

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentMissingError } from "./agent-missing-error.ts";
import { type AgentSearch, agentPath } from "./agent-path.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-agent-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const LOCAL = "native/build/pyspy-capture";
const PACKAGED = "node_modules/@pyspy/capture-linux-x64/bin/pyspy-capture";

function place(path: string, mode = 0o755): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, "#!/bin/sh\n", { mode });
  return full;
}

function search(options: AgentSearch = {}): AgentSearch {
  const packageDirectory = pathToFileURL(`${folder}/`);
  return { environment: {}, platform: "linux", architecture: "x64", packageDirectory, ...options };
}

function failure(options: AgentSearch): AgentMissingError {
  try {
    agentPath(options);
  } catch (error) {
    if (error instanceof AgentMissingError) return error;
    throw error;
  }
  throw new Error("found an agent");
}

describe("agentPath", () => {
  it("prefers the environment, then the local build, then the platform package", () => {
    const packaged = place(PACKAGED);
    expect(agentPath(search())).toBe(packaged);
    const local = place(LOCAL);
    expect(agentPath(search())).toBe(local);
    const named = place("mine");
    expect(agentPath(search({ environment: { PYSPY_CAPTURE_BINARY: named } }))).toBe(named);
  });

  it("takes no other than the one that the environment names", () => {
    place(LOCAL);
    const error = failure(search({ environment: { PYSPY_CAPTURE_BINARY: join(folder, "no") } }));
    expect(error.attempts).toMatchObject([{ source: "environment", problem: "does not exist" }]);
  });

  it("takes an empty variable for none", () => {
    const local = place(LOCAL);
    expect(agentPath(search({ environment: { PYSPY_CAPTURE_BINARY: "" } }))).toBe(local);
  });

  it("lists every attempt with its problem, and the machine", () => {
    place(LOCAL, 0o644);
    const error = failure(search());
    expect(error.code).toBe("AGENT_MISSING");
    expect(error.attempts.map(({ source, problem }) => [source, problem])).toEqual([
      ["local-build", "is not executable"],
      ["platform-package", "is not installed"],
    ]);
    expect(error.message).toMatch(
      /\(linux, x64, (glibc|musl).*\)\n {2}.*not executable\n {2}@pyspy/,
    );
  });

  it("names the package of the platform that it runs on", () => {
    const error = failure(search({ platform: "darwin", architecture: "arm64" }));
    expect(error.attempts.at(-1)).toMatchObject({ location: "@pyspy/capture-darwin-arm64" });
    expect(error.host.libc).toBeUndefined();
  });

  it("is not content with a program for another machine", () => {
    writeFileSync(place(LOCAL), readFileSync(process.execPath).subarray(0, 64));
    const architecture = process.arch === "x64" ? "arm64" : "x64";
    expect(agentPath(search({ architecture: process.arch }))).toContain(LOCAL);
    const problem = "is built for another kind of machine";
    expect(failure(search({ architecture })).attempts[0]).toMatchObject({ problem });
  });

  it("is not content with a directory", () => {
    mkdirSync(join(folder, LOCAL), { recursive: true });
    expect(failure(search()).attempts[0]).toMatchObject({ problem: "is not a file" });
  });
});
