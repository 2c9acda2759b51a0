// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { InputError, UsageError } from "../errors.ts";
import { namedQueries } from "../query/named-queries.ts";
import { closest } from "./closest.ts";
import type { ParsedOptions } from "./parsed-options.ts";
import { sizeOption } from "./size.ts";

const ASKED = "What is asked:";
const MEMORY = "2GB";

export const QUERY_OPTIONS: Readonly<Record<"file" | "name" | "list" | "memory" | "csv", Options>> =
  {
    file: {
      type: "string",
      requiresArg: true,
      group: ASKED,
      description: "the SQL is in this file",
    },
    name: {
      type: "string",
      requiresArg: true,
      group: ASKED,
      description: `instead one that is ready: ${namedQueries.map(({ name }) => name).join(", ")}`,
    },
    list: {
      type: "boolean",
      group: ASKED,
      description: "print the ready queries, to begin with; nothing is read",
    },
    memory: {
      type: "string",
      requiresArg: true,
      group: ASKED,
      description: `what the engine may use of memory, ${MEMORY} if not given; more goes to a temporary file`,
    },
    csv: {
      type: "boolean",
      group: "Output:",
      description: "as comma-separated values, all rows",
    },
  };

/** A query, and what it is asked of. */
export interface AskedQuery {
  /** Files, directories and patterns. */
  readonly words: readonly string[];
  readonly sql: string;
  /** What is asked, in words. */
  readonly title: string;
}

/**
 * The query that the options ask for; without `--name` and `--file` it is the last word.
 *
 * @throws UsageError, InputError
 */
export function askedQuery(options: ParsedOptions, io: Pick<CliIo, "cwd">): AskedQuery {
  const [name, file] = [options.text("name"), options.text("file")];
  if (name !== undefined && file !== undefined) {
    throw new UsageError("--name and --file exclude each other");
  }
  if (name !== undefined) {
    const named = namedQueries.find((query) => query.name === name);
    if (named !== undefined) return { words: options.files, sql: named.sql, title: named.about };
    const names = namedQueries.map((query) => query.name);
    throw new UsageError(
      `there is no query ${name}: there are ${names.join(", ")}`,
      closest(name, names),
    );
  }
  if (file !== undefined) {
    return { words: options.files, sql: readText(file, io), title: `Query of ${file}` };
  }
  const sql = options.files.at(-1);
  if (sql === undefined || !/\s/.test(sql)) {
    throw new UsageError(
      `no query: name the captures, then the SQL as one word in quotes, or --name or --file`,
    );
  }
  return { words: options.files.slice(0, -1), sql, title: "Query" };
}

/** Bytes of memory for the engine. */
export function queryMemory(options: ParsedOptions): number {
  const bytes = sizeOption(options.text("memory") ?? MEMORY, "memory");
  if (!Number.isFinite(bytes)) throw new UsageError("--memory takes a size: the engine needs some");
  return bytes;
}

function readText(path: string, io: Pick<CliIo, "cwd">): string {
  try {
    return readFileSync(resolve(io.cwd, path), "utf8");
  } catch (error) {
    throw new InputError(path, error);
  }
}
