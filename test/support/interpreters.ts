/** The CPythons of this machine that tests run against. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Candidate, ORIGINS, type Origin, pythonCandidates } from "./python-candidates.ts";
import { type PythonLocation, pythonCommand } from "./python-command.ts";

export { programPath, pythonCommand } from "./python-command.ts";

export interface Interpreter extends PythonLocation {
  /** As Python prints it: `3.13.0`, `3.15.0rc1`. */
  readonly version: string;
  /** `3.13` */
  readonly minor: string;
  readonly origin: Origin;
  readonly implementation: "cpython";
  readonly freeThreaded: boolean;
  /** Built with `--with-pydebug`. */
  readonly debug: boolean;
  /** Linked with musl, not with glibc. */
  readonly musl: boolean;
}

/** An executable that looked like a Python and is none that tests can use. */
export interface Rejection extends Candidate {
  readonly reason: string;
}

export interface Survey {
  /** By minor version; of one minor the preferred is first. */
  readonly interpreters: readonly Interpreter[];
  readonly rejections: readonly Rejection[];
}

/** A minor version that a test wants: the interpreter, or why there is none. */
export type Requirement =
  | { readonly minor: string; readonly interpreter: Interpreter }
  | { readonly minor: string; readonly absent: string };

/** A build that is special, and that the setup script installs, or makes from source where it can. */
export interface SpecialBuild {
  readonly minor: string;
  readonly kind: "freeThreaded" | "debug" | "musl";
}

export const SPECIAL_BUILDS: readonly SpecialBuild[] = [
  { minor: "3.13", kind: "freeThreaded" },
  { minor: "3.14", kind: "freeThreaded" },
  { minor: "3.14", kind: "debug" },
  { minor: "3.13", kind: "musl" },
];

/** Returns each special build that is on this machine, or why it is not. */
export async function requireSpecialBuilds(): Promise<Requirement[]> {
  const { interpreters } = await surveyMachine();
  return SPECIAL_BUILDS.map(({ minor, kind }) => {
    const interpreter = interpreters.find((one) => one.minor === minor && one[kind]);
    const absent = `Python ${minor} (${kind}) is not on this machine: run scripts/setup-interpreters.sh`;
    return interpreter === undefined ? { minor, absent } : { minor, interpreter };
  });
}

/** The minor versions that scripts/setup-interpreters.sh can provide on any machine. */
export const PROVIDED_MINORS: readonly string[] = ["3.9", "3.11", "3.13", "3.14", "3.15"];

const QUERY_TIMEOUT_MS = 30_000;

// Runs on every Python since 2.7. Before 3.3 there is no sys.implementation; PyPy prints its own name.
const QUERY = `
import json, platform, sys
print(json.dumps({
    "implementation": platform.python_implementation().lower(),
    "version": platform.python_version(),
    "minor": "%d.%d" % sys.version_info[:2],
    "freeThreaded": "t" in getattr(sys, "abiflags", ""),
    "debug": hasattr(sys, "gettotalrefcount"),
    "musl": "musl" in getattr(getattr(sys, "implementation", None), "_multiarch", ""),
}))`;

interface Answer
  extends Pick<Interpreter, "version" | "minor" | "freeThreaded" | "debug" | "musl"> {
  readonly implementation: string;
}

const run = promisify(execFile);
let machine: Promise<Survey> | undefined;

/** Returns every usable CPython, by minor version, the preferred of each first. Asks them once. */
export async function findInterpreters(): Promise<readonly Interpreter[]> {
  return (await surveyMachine()).interpreters;
}

/**
 * Returns, for each wanted minor version in the order asked, its preferred interpreter or the reason
 * for having none. In CI the absence of one that the setup script provides is an error: a test that
 * silently skips there would never run anywhere.
 */
export async function requireInterpreters(
  minors: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Requirement[]> {
  const survey = environment === process.env ? await surveyMachine() : await surveyOf(environment);
  const required = minors.map((minor) => requirement(minor, survey));
  const mustExist = !["", "0", "false"].includes(environment["CI"] ?? "");
  const missing = required.filter((one) => "absent" in one && PROVIDED_MINORS.includes(one.minor));
  if (mustExist && missing.length > 0) {
    throw new Error(missing.map((one) => ("absent" in one ? one.absent : "")).join("\n"));
  }
  return required;
}

/**
 * Asks every candidate of an environment, all at the same time. Throws when one that the developer
 * named in `PYSPY_PYTHONS` is not usable.
 */
export async function surveyOf(environment: NodeJS.ProcessEnv): Promise<Survey> {
  const found = await Promise.all(pythonCandidates(environment).map(query));
  const rejections = found.filter(isRejection);
  const named = rejections.filter((one) => one.origin === "env");
  if (named.length > 0) {
    const reasons = named.map((one) => `${one.path}: ${one.reason}`);
    throw new Error(`PYSPY_PYTHONS names what tests cannot use\n${reasons.join("\n")}`);
  }
  const interpreters = found.filter(isUsable).sort(byMinorThenPreference);
  return { interpreters, rejections };
}

function surveyMachine(): Promise<Survey> {
  machine ??= surveyOf(process.env);
  return machine;
}

function isRejection(found: Interpreter | Rejection): found is Rejection {
  return "reason" in found;
}

function isUsable(found: Interpreter | Rejection): found is Interpreter {
  return !isRejection(found);
}

async function query(candidate: Candidate): Promise<Interpreter | Rejection> {
  const { command, args } = pythonCommand(candidate, ["-E", "-S", "-c", QUERY]);
  try {
    // Not the user's directory: a json.py there would be imported in place of the library's.
    const { stdout } = await run(command, args, { cwd: "/", timeout: QUERY_TIMEOUT_MS });
    const answer = JSON.parse(stdout) as Answer;
    const { implementation } = answer;
    if (implementation !== "cpython") {
      return { ...candidate, reason: `is ${implementation}, not CPython` };
    }
    return { ...candidate, ...answer, implementation };
  } catch (error) {
    return { ...candidate, reason: `does not run: ${lastLine(error)}` };
  }
}

function requirement(minor: string, survey: Survey): Requirement {
  const interpreter = survey.interpreters.find((one) => one.minor === minor);
  if (interpreter !== undefined) return { minor, interpreter };

  const broken = survey.rejections.find((one) => one.path.endsWith(`/python${minor}`));
  if (broken !== undefined) {
    const place = broken.root === undefined ? "" : ` in ${broken.root}`;
    return { minor, absent: `Python ${minor}: ${broken.path}${place} ${broken.reason}` };
  }
  const remedy = PROVIDED_MINORS.includes(minor)
    ? "run scripts/setup-interpreters.sh"
    : "install it by pyenv, or name it in PYSPY_PYTHONS";
  return { minor, absent: `Python ${minor} is not on this machine: ${remedy}` };
}

/** Release builds before special ones, then by origin; the newest first among equals. */
function byMinorThenPreference(a: Interpreter, b: Interpreter): number {
  return (
    compareVersions(a.minor, b.minor) ||
    Number(a.debug) - Number(b.debug) ||
    Number(a.freeThreaded) - Number(b.freeThreaded) ||
    Number(a.musl) - Number(b.musl) ||
    ORIGINS.indexOf(a.origin) - ORIGINS.indexOf(b.origin) ||
    compareVersions(b.version, a.version)
  );
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  // execFile's message is the command, which holds the query, and then what the command printed.
  return lines.at(-1)?.slice(0, 200) ?? "no message";
}
