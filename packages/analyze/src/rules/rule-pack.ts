// SPDX-License-Identifier: MIT
import { InvalidFilterError } from "../errors.ts";
import { type FramePattern, parseFramePattern } from "../frames/frame-pattern.ts";
import { type NamePattern, parseNamePattern } from "../select/name-pattern.ts";

/** What is known of a framework: which of its frames are plumbing. */
export interface RulePack {
  /** What `--fold` calls it. */
  readonly name: string;
  readonly description: string;
  readonly fold: readonly FoldRule[];
  readonly roles: readonly RoleRule[];
}

/** Names what processes are for by their command lines. */
export interface RoleRule {
  readonly role: string;
  readonly command: NamePattern;
}

/** Frames that stand for one thing, and are shown as one frame where they follow each other. */
export interface FoldRule {
  /** Name of that frame: "django request". */
  readonly as: string;
  readonly frames: readonly FramePattern[];
}

/** A pack as it is written down, in JSON. */
export interface RulePackFile {
  readonly name: string;
  readonly description?: string;
  readonly fold: readonly { readonly as: string; readonly frames: readonly string[] }[];
  readonly roles?: readonly { readonly role: string; readonly command: string }[];
}

/**
 * A pack from its JSON text, which nobody has looked at yet.
 *
 * @throws InvalidFilterError that says where it is not what `RulePackFile` asks for.
 */
export function parseRulePack(text: string): RulePack {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidFilterError(`not JSON: ${(error as Error).message}`);
  }
  const file = object(value, "the pack");
  return compileRulePack({
    name: string(file["name"], "name"),
    description:
      file["description"] === undefined ? "" : string(file["description"], "description"),
    fold: array(file["fold"], "fold").map((entry, i) => {
      const rule = object(entry, `fold[${i}]`);
      return {
        as: string(rule["as"], `fold[${i}].as`),
        frames: array(rule["frames"], `fold[${i}].frames`).map((frame, j) =>
          string(frame, `fold[${i}].frames[${j}]`),
        ),
      };
    }),
    roles: array(file["roles"] ?? [], "roles").map((entry, i) => {
      const rule = object(entry, `roles[${i}]`);
      return {
        role: string(rule["role"], `roles[${i}].role`),
        command: string(rule["command"], `roles[${i}].command`),
      };
    }),
  });
}

/** @throws InvalidFilterError for a pattern that is none. */
export function compileRulePack({
  name,
  description = "",
  fold,
  roles = [],
}: RulePackFile): RulePack {
  return {
    name,
    description,
    fold: fold.map(({ as, frames }) => ({ as, frames: frames.map(parseFramePattern) })),
    roles: roles.map(({ role, command }) => ({ role, command: parseNamePattern(command) })),
  };
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new InvalidFilterError(`${what} is not an object`);
}

function array(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InvalidFilterError(`${what} is not a list`);
}

function string(value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new InvalidFilterError(`${what} is not a text`);
}
