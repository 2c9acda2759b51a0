/** The places of this machine where a Python may be. Nothing is run here. */

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import type { PythonLocation } from "./python-command.ts";

/** Who put it there, the most deliberate first: of two alike the first is preferred. */
export const ORIGINS = ["env", "pyenv", "path", "debian", "source"] as const;
export type Origin = (typeof ORIGINS)[number];

export interface Candidate extends PythonLocation {
  readonly origin: Origin;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns each executable once: what links to the same file is the same, the first origin names it.
 * - env: the developer's, in `PYSPY_PYTHONS`, separated as in PATH; may name a virtual environment
 * - pyenv: every installed version, chosen or not
 * - path: `python3` and `python3.N` in PATH, but not the shims of version managers
 * - debian: the finished roots of scripts/setup-interpreters.sh
 * - source: what that script built
 */
export function pythonCandidates(environment: Environment): readonly Candidate[] {
  const unique = new Map<string, Candidate>();
  for (const candidate of allCandidates(environment)) {
    const { root = "", path, origin } = candidate;
    const real = realPath(join(root, path));
    const key = `${root}:${real}`;
    if (unique.has(key)) continue;
    // A virtual environment is known by the path it is started with, so the developer's is kept.
    const isHosts = candidate.root === undefined && origin !== "env";
    unique.set(key, isHosts ? { ...candidate, path: real } : candidate);
  }
  return [...unique.values()];
}

function* allCandidates(environment: Environment): Generator<Candidate> {
  for (const path of splitPath(environment["PYSPY_PYTHONS"])) {
    yield { path: resolve(path), origin: "env" };
  }

  const pyenv = environment["PYENV_ROOT"] || join(home(environment), ".pyenv");
  for (const version of entries(join(pyenv, "versions"))) {
    const path = join(pyenv, "versions", version, "bin/python");
    if (existsSync(path)) yield { path, origin: "pyenv" };
  }

  for (const directory of splitPath(environment["PATH"])) {
    if (basename(directory) === "shims") continue;
    for (const name of entries(directory)) {
      if (/^python3(\.\d+t?)?$/.test(name))
        yield { path: resolve(directory, name), origin: "path" };
    }
  }

  yield* builtCandidates(environment);

  const roots = join(cacheDirectory(environment), "roots");
  for (const suite of entries(roots)) {
    const root = join(roots, suite);
    // The stamp is written last: without it the root is half made (scripts/lib/debian-root.sh).
    if (suite.endsWith(".partial") || !existsSync(join(root, ".pyspy-root"))) continue;
    for (const name of entries(join(root, "usr/bin"))) {
      if (/^python3\.\d+d?$/.test(name)) yield { path: `/usr/bin/${name}`, root, origin: "debian" };
    }
  }
}

function* builtCandidates(environment: Environment): Generator<Candidate> {
  const builds = join(cacheDirectory(environment), "builds");
  for (const build of entries(builds)) {
    // Written last, as in the roots (scripts/lib/source-build.sh).
    if (!existsSync(join(builds, build, ".pyspy-build"))) continue;
    const [minor] = build.split("-");
    yield { path: join(builds, build, `bin/python${minor}`), origin: "source" };
  }
}

/** The cache of the setup scripts; they and this must agree. */
export function cacheDirectory(environment: Environment): string {
  const parent = environment["XDG_CACHE_HOME"] || join(home(environment), ".cache");
  return resolve(environment["PYSPY_CACHE"] || join(parent, "pyspy"));
}

function home(environment: Environment): string {
  return environment["HOME"] || homedir();
}

function splitPath(list: string | undefined): string[] {
  return (list ?? "").split(delimiter).filter((part) => part !== "");
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** A link that leads nowhere stands for itself, so that running it tells what is wrong. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
