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

/** Names what processes are for by their command lines, their control groups, or both. */
export interface RoleRule {
  readonly role: string;
  /** At least one of the two. */
  readonly command?: NamePattern;
  readonly cgroup?: NamePattern;
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
  readonly roles?: readonly RoleRuleFile[];
}

/** At least one of `command` and `cgroup`, regular expressions; of both, both must match. */
export interface RoleRuleFile {
  readonly role: string;
  readonly command?: string;
  readonly cgroup?: string;
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
      const role = string(rule["role"], `roles[${i}].role`);
      const patterns = ["command", "cgroup"].filter((name) => rule[name] !== undefined);
      if (patterns.length === 0) {
        throw new InvalidFilterError(`roles[${i}] has neither command nor cgroup`);
      }
      const given = patterns.map((name) => [name, string(rule[name], `roles[${i}].${name}`)]);
      return { role, ...Object.fromEntries(given) } as RoleRuleFile;
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
    roles: roles.map(({ role, command, cgroup }) => ({
      role,
      ...(command === undefined ? {} : { command: parseNamePattern(command) }),
      ...(cgroup === undefined ? {} : { cgroup: parseNamePattern(cgroup) }),
    })),
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
