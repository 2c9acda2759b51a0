// SPDX-License-Identifier: MIT

import { PyspyError } from "@pyspy/analyze";

/** Thrown for a command line that cannot be carried out. */
export class UsageError extends PyspyError {
  readonly code = "USAGE";
  /** An existing option or format that was perhaps meant. */
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.suggestion = suggestion;
  }
}

/** Thrown when an input could not be opened or read, or is not what it should be; see `cause`. */
export class InputError extends PyspyError {
  readonly code = "INPUT";
  /** As given on the command line; "-" for standard input. */
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`cannot read ${inputName(path)}`, { cause });
    this.path = path;
  }
}

/** Thrown when what a report carries is not whole. */
export class DamagedReportError extends PyspyError {
  readonly code = "DAMAGED_REPORT";
}

/** Thrown when inputs that are each good cannot be used together. */
export class IncompatibleInputsError extends PyspyError {
  readonly code = "INCOMPATIBLE_INPUTS";
}

/** Thrown for a query that has no answer; the message is the engine's, and may have several lines. */
export class QueryError extends PyspyError {
  readonly code = "QUERY";
}

/** Thrown where the engine that answers queries is not installed; see `cause`. */
export class QueryEngineMissingError extends PyspyError {
  readonly code = "QUERY_ENGINE_MISSING";

  constructor(cause: unknown) {
    super(`the query engine is not installed, or there is none for this machine`, { cause });
  }
}

export interface PushErrorOptions extends ErrorOptions {
  /** Trying again is of no use. */
  readonly permanent?: boolean;
  /** HTTP's, if the server answered. */
  readonly status?: number | undefined;
  /** When the server wants to be asked again. */
  readonly retryAfterMs?: number | undefined;
}

/** Thrown when a server did not take what was sent. */
export class PushError extends PyspyError {
  readonly code = "PUSH";
  readonly permanent: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: PushErrorOptions = {}) {
    super(message, options);
    this.permanent = options.permanent ?? false;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Thrown when the output could not be written; see `cause`, if there is one. */
export class OutputError extends PyspyError {
  readonly code = "OUTPUT";
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** Thrown when whoever reads our standard output has closed it: `pyspy-analyze ... | head`. */
export class StdoutClosedError extends PyspyError {
  readonly code = "STDOUT_CLOSED";

  constructor() {
    super("standard output was closed by its reader");
  }
}

/** What messages call an input. */
export function inputName(path: string): string {
  return path === "-" ? "standard input" : path;
}
