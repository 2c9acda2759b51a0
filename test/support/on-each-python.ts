// SPDX-License-Identifier: MIT
import { describe } from "vitest";
import {
  type Interpreter,
  type Requirement,
  requireInterpreters,
  requireSpecialBuilds,
} from "./interpreters.ts";

/** The versions that the agent records. */
export const SUPPORTED_MINORS: readonly string[] = [
  "2.7",
  "3.6",
  "3.7",
  "3.8",
  "3.9",
  "3.10",
  "3.11",
  "3.12",
  "3.13",
  "3.14",
  "3.15",
];

const required = await requireInterpreters(SUPPORTED_MINORS);
const special = await requireSpecialBuilds();

/** Those of them that are on this machine, the oldest first. */
export const supportedInterpreters: readonly Interpreter[] = required.flatMap((one) =>
  "interpreter" in one ? [one.interpreter] : [],
);

/** The newest of the host's own: for what no version does in a way of its own. */
export const anyInterpreter: Interpreter = supportedInterpreters.findLast(
  ({ root }) => root === undefined,
)!;

/**
 * Describes the same tests for every supported version. One that is not on this machine is skipped,
 * and the reason is its title; `requireInterpreters` says when that is an error.
 */
export function describeOnEachPython(body: (interpreter: Interpreter) => void): void {
  describeOn(required, body);
}

/** The same, and on every special build: free-threaded, debug, linked with musl. */
export function describeOnEachBuild(body: (interpreter: Interpreter) => void): void {
  describeOn([...required, ...special], body);
}

function kindOf({ freeThreaded, debug, musl }: Interpreter): string {
  return `${freeThreaded ? ", free-threaded" : ""}${debug ? ", debug" : ""}${musl ? ", musl" : ""}`;
}

function describeOn(
  requirements: readonly Requirement[],
  body: (interpreter: Interpreter) => void,
): void {
  for (const one of requirements) {
    if ("interpreter" in one) {
      const { interpreter } = one;
      describe(`CPython ${interpreter.version}${kindOf(interpreter)}`, () => body(interpreter));
    } else {
      describe.skip(`CPython ${one.minor}: ${one.absent}`, () =>
        body({ minor: one.minor } as Interpreter));
    }
  }
}
