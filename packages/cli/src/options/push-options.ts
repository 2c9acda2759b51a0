// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { InputError, UsageError } from "../errors.ts";
import { type PushKind, type PushLabels, pushKinds } from "../push/push-kind.ts";
import { durationOption } from "./duration.ts";
import type { ParsedOptions } from "./parsed-options.ts";

const WHERE_TO = "Where to:";
const HOW = "How it is sent:";
const NAMES = pushKinds.map(({ name }) => name);
const [WINDOW, TIMEOUT] = ["10s", "30s"];
const RETRIES = 4;

export const PUSH_OPTIONS: Readonly<Record<string, Options>> = {
  to: {
    type: "string",
    requiresArg: true,
    group: WHERE_TO,
    description: "the server: http://localhost:4040, https://profiles.example.com/prefix",
  },
  kind: {
    choices: NAMES,
    requiresArg: true,
    group: WHERE_TO,
    description: "what it is; without it by the end of the URL's path, if that says so",
  },
  label: {
    type: "string",
    requiresArg: true,
    group: WHERE_TO,
    description:
      "KEY=VALUE, several times: service_name=api. Besides, and before, those of the recording",
  },
  "header-env": {
    type: "string",
    requiresArg: true,
    group: WHERE_TO,
    description: "NAME=VARIABLE: a header with what a variable of the environment holds",
  },
  "token-file": {
    type: "string",
    requiresArg: true,
    group: WHERE_TO,
    description: "Authorization: Bearer and what this file holds",
  },
  until: {
    type: "string",
    requiresArg: true,
    group: "Which time:",
    description: "only before this time: what other commands call --to",
  },
  "with-label": {
    type: "string",
    requiresArg: true,
    group: "Which processes and threads:",
    description:
      "only recordings whose label KEY=PATTERN matches: what other commands call --label",
  },
  "dry-run": {
    type: "boolean",
    group: HOW,
    description: "say what would be sent; nothing is, and nobody is asked",
  },
  window: {
    type: "string",
    requiresArg: true,
    group: HOW,
    description: `a profile for each so long, ${WINDOW} if not given`,
  },
  timeout: {
    type: "string",
    requiresArg: true,
    group: HOW,
    description: `for an answer, ${TIMEOUT} if not given`,
  },
  retries: {
    type: "string",
    requiresArg: true,
    group: HOW,
    description: `how often a profile is tried again, ${RETRIES} if not given`,
  },
};

/** What the options say of a push. */
export interface PushOptions {
  readonly kind: PushKind;
  readonly url: URL;
  readonly labels: PushLabels;
  /** Besides the content's; some are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly windowNanos: number;
  readonly timeoutMs: number;
  readonly retries: number;
}

/** @throws UsageError, InputError */
export function pushOptions(options: ParsedOptions, io: Pick<CliIo, "cwd" | "env">): PushOptions {
  const server = serverUrl(options.text("to"));
  const kind = kindOf(options.text("kind"), server);
  return {
    kind,
    url: endpoint(server, kind),
    labels: givenLabels(options.texts("label"), kind),
    headers: givenHeaders(options, io),
    dryRun: options.flag("dry-run"),
    windowNanos: nanosOf(options.text("window") ?? WINDOW, "window"),
    timeoutMs: nanosOf(options.text("timeout") ?? TIMEOUT, "timeout") / 1e6,
    retries: options.count("retries", RETRIES, 0),
  };
}

function serverUrl(text: string | undefined): URL {
  if (text === undefined) throw new UsageError("no server is named: --to URL");
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError("--to takes a URL, as http://localhost:4040");
  }
  if (!/^https?:$/.test(url.protocol)) throw new UsageError("--to takes an http or https URL");
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(
      "--to takes no password, which would stay in the shell's history: use --header-env or --token-file",
    );
  }
  return url;
}

function kindOf(name: string | undefined, server: URL): PushKind {
  const kind =
    name === undefined
      ? pushKinds.find(({ path }) => server.pathname.endsWith(path))
      : pushKinds.find((each) => each.name === name);
  if (kind !== undefined) return kind;
  throw new UsageError(`say what kind of server it is: --kind ${NAMES.join(", ")}`);
}

function endpoint(server: URL, { path }: PushKind): URL {
  const url = new URL(server);
  if (!url.pathname.endsWith(path)) url.pathname = url.pathname.replace(/\/*$/, "") + path;
  return url;
}

function givenLabels(texts: readonly string[], { labelName, name }: PushKind): PushLabels {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === "") throw new UsageError(`--label takes KEY=VALUE, not ${text}`);
    if (labelName !== undefined && !labelName.test(key)) {
      throw new UsageError(`${name} has labels of letters, digits and _ only, not ${key}`);
    }
    labels.set(key, value);
  }
  return labels;
}

function givenHeaders(options: ParsedOptions, io: Pick<CliIo, "cwd" | "env">) {
  const headers: Record<string, string> = {};
  for (const text of options.texts("header-env")) {
    const [, name = "", variable = ""] = /^([\w-]+)=(\w+)$/.exec(text) ?? [];
    if (name === "") throw new UsageError("--header-env takes NAME=VARIABLE, not a value");
    const value = io.env[variable];
    if (value === undefined) throw new UsageError(`there is no ${variable} in the environment`);
    headers[name] = headerValue(value, variable);
  }
  const path = options.text("token-file");
  if (path !== undefined) headers["Authorization"] = `Bearer ${headerValue(read(path, io), path)}`;
  return headers;
}

/** Never says the value: it may be a secret. */
function headerValue(text: string, from: string): string {
  const value = text.trim();
  if (/^[\x21-\x7e][\x20-\x7e]*$/.test(value)) return value;
  throw new UsageError(
    `what is in ${from} cannot be a header: it is empty, or not one line of ASCII`,
  );
}

function read(path: string, io: Pick<CliIo, "cwd">): string {
  try {
    return readFileSync(resolve(io.cwd, path), "utf8");
  } catch (error) {
    throw new InputError(path, error);
  }
}

/** At least a millisecond. */
function nanosOf(text: string, name: string): number {
  const nanos = durationOption(text, name);
  if (nanos >= 1e6) return nanos;
  throw new UsageError(`--${name} takes 1ms or more, not ${text}`);
}
