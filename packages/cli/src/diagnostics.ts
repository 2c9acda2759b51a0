// SPDX-License-Identifier: MIT

import {
  CaptureTooLargeError,
  CaptureVersionError,
  EmptyCaptureError,
  type FileGuess,
  ForeignRecordingError,
  InvalidFilterError,
  MissingDataError,
  NotACaptureError,
} from "@pyspy/analyze";
import {
  AgentMissingError,
  CaptureError,
  type CaptureErrorCode,
  missingAgentAdvice,
} from "@pyspy/capture";
import { commands } from "./commands/commands.ts";
import {
  DamagedReportError,
  IncompatibleInputsError,
  InputError,
  inputName,
  OutputError,
  PushError,
  QueryEngineMissingError,
  QueryError,
  UsageError,
} from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import { closest } from "./options/closest.ts";
import { isSystemError, systemReason } from "./system-error.ts";

/** What a person is told of an error, and the exit code that says it to a program. */
export interface Diagnosis {
  /** One line of facts. */
  readonly message: string;
  /** What to do about it, if anything can be said. */
  readonly advice: string | undefined;
  readonly exitCode: ExitCode;
}

/** Turns any error of a command into words. Errors that nobody foresaw are our own bugs. */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof InvalidFilterError) return diagnose(new UsageError(error.message));
  if (error instanceof UsageError) {
    const hint = error.suggestion === undefined ? "" : `Did you mean ${error.suggestion}? `;
    const advice = `${hint}pyspy-analyze --help lists all options.`;
    return { message: error.message, advice, exitCode: ExitCode.USAGE };
  }
  if (error instanceof IncompatibleInputsError) {
    const message = `the inputs do not go together: ${error.message}`;
    return { message, advice: undefined, exitCode: ExitCode.INCOMPATIBLE_INPUTS };
  }
  if (error instanceof MissingDataError) {
    return { message: error.message, advice: MISSING_DATA, exitCode: ExitCode.MISSING_DATA };
  }
  if (error instanceof InputError) return diagnoseInput(error);
  if (error instanceof OutputError) return diagnoseOutput(error);
  if (error instanceof CaptureError) {
    const { message, advice, code } = error;
    return { message, advice: advice || undefined, exitCode: CAPTURE_EXIT_CODES[code] };
  }
  if (error instanceof AgentMissingError) {
    const { message } = error;
    return { message, advice: missingAgentAdvice(error), exitCode: ExitCode.INTERNAL };
  }
  if (error instanceof PushError) return diagnosePush(error);
  if (error instanceof QueryError) return diagnoseQuery(error);
  if (error instanceof QueryEngineMissingError) {
    const { message } = error;
    return { message, advice: ENGINE_MISSING, exitCode: ExitCode.INTERNAL };
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    message: `internal error: ${details}`,
    advice: "This is a bug in pyspy-analyze. Please report it with the lines above.",
    exitCode: ExitCode.INTERNAL,
  };
}

const CAPTURE_EXIT_CODES: Readonly<Record<CaptureErrorCode, ExitCode>> = {
  USAGE: ExitCode.USAGE,
  INPUT: ExitCode.UNREADABLE_CAPTURE,
  PERMISSION: ExitCode.PERMISSION,
  TARGET: ExitCode.TARGET,
  MISMATCH: ExitCode.INCOMPATIBLE_INPUTS,
  OUTPUT: ExitCode.OUTPUT,
  LAUNCH: ExitCode.LAUNCH,
  INTERNAL: ExitCode.INTERNAL,
};

const ENGINE_MISSING =
  "It is DuckDB's package: npm install @duckdb/node-api. It has binaries for Linux, macOS and Windows, x64 and arm64.";

function diagnosePush({ message, status, permanent }: PushError): Diagnosis {
  const advice = permanent && status === undefined ? undefined : pushAdvice(status);
  return { message: `not pushed: ${message}`, advice, exitCode: ExitCode.PUSH };
}

function pushAdvice(status: number | undefined): string | undefined {
  switch (status) {
    case undefined:
      return "Is the address right, and the server up? --timeout waits longer, --retries tries more often.";
    case 401:
    case 403:
      return "Give it a key: --header-env NAME=VARIABLE, or --token-file FILE.";
    case 404:
    case 405:
      return "Is it that --kind of server, and the address that of its API?";
    case 413:
      return "Send less at once: --window 5s.";
    default:
      return undefined;
  }
}

function diagnoseQuery({ message }: QueryError): Diagnosis {
  const advice = message.startsWith("Out of Memory")
    ? "Give it more with --memory, or look at fewer captures."
    : "The views and their columns: docs/query.md, or pyspy-analyze query FILE 'SHOW TABLES' and 'DESCRIBE samples'.";
  return { message: `the query failed: ${message}`, advice, exitCode: ExitCode.USAGE };
}

function diagnoseInput({ path, cause }: InputError): Diagnosis {
  const name = inputName(path);
  const unreadable = (message: string, advice?: string): Diagnosis => ({
    message,
    advice,
    exitCode: ExitCode.UNREADABLE_CAPTURE,
  });
  if (cause instanceof NotACaptureError) {
    return unreadable(`${name}: ${cause.message}`, notACaptureAdvice(cause.looksLike));
  }
  if (cause instanceof EmptyCaptureError) return unreadable(`${name}: ${cause.message}`, EMPTY);
  if (cause instanceof ForeignRecordingError) {
    return unreadable(`${name}: ${cause.message}`, FOREIGN);
  }
  if (cause instanceof CaptureVersionError) {
    const advice = "It was recorded by a later release. Update: npm install @pyspy/cli@latest";
    return { message: `${name}: ${cause.message}`, advice, exitCode: ExitCode.NEWER_CAPTURE };
  }
  if (cause instanceof CaptureTooLargeError) {
    return unreadable(`${name}: ${cause.message}`, "Analyze fewer or shorter captures at once.");
  }
  if (cause instanceof InvalidFilterError) {
    return { message: `${name}: ${cause.message}`, advice: PACK, exitCode: ExitCode.USAGE };
  }
  if (cause instanceof DamagedReportError) {
    return unreadable(`${name} is damaged: ${cause.message}`, DAMAGED_REPORT);
  }
  if (!isSystemError(cause)) return diagnose(cause);
  const message = `cannot read ${name}: ${systemReason(cause)}`;
  if (cause.code === "EACCES" || cause.code === "EPERM") {
    // The agent usually runs as root, and what it writes is its user's alone.
    const advice = `A capture belongs to whoever recorded it: sudo chown "$USER" ${name}`;
    return { message, advice, exitCode: ExitCode.PERMISSION };
  }
  const meant = /^[a-z-]+$/.test(path)
    ? closest(
        path,
        commands.map(({ name }) => name),
      )
    : undefined;
  return unreadable(message, meant && `Did you mean the command ${meant}?`);
}

const FOREIGN =
  "Record or copy it again; if it is of another kind, --input-format says which. docs/imports.md has what is read of each.";
const MISSING_DATA =
  "docs/imports.md says what recordings of other programs hold. A recording of pyspy-capture holds all of it.";
const EMPTY =
  "The agent writes a header at once: look at its messages, and whether the disk is full.";

const DAMAGED_REPORT =
  "What is left of the recording can still be asked: pyspy-analyze gil with the report as its input.";

const PACK =
  'A rule pack is {"name": "...", "fold": [{"as": "...", "frames": ["PATTERN", ...]}, ...]}.';

function notACaptureAdvice(looksLike: FileGuess): string {
  switch (looksLike) {
    case "cut-header":
      return "Only the first bytes of a capture are there: was it still being copied or written?";
    case "collapsed-stacks":
    case "json":
    case "svg":
      return "Only some reports can be read back (docs/imports.md; --input-format); else the input is the .pspy file that pyspy-capture wrote.";
    case "html":
      return "Only a page that pyspy-analyze made, and that carries its recording, can be read; else the .pspy file.";
    case "zip":
      return "Unpack it first; of compressed files only .pspy.gz can be read as it is.";
    case "binary":
    case "elf":
    case "gzip":
    case "text":
    case "xml":
      return "A capture is the .pspy file that pyspy-capture wrote.";
  }
}

function diagnoseOutput({ message, cause, path }: OutputError): Diagnosis {
  const exitCode = ExitCode.OUTPUT;
  if (!isSystemError(cause)) {
    return { message, advice: "Choose another name with -o.", exitCode };
  }
  const reason = `${message}: ${systemReason(cause)}`;
  switch (cause.code) {
    case "ENOSPC":
    case "EDQUOT":
      return { message: reason, advice: "No part of the output was left behind.", exitCode };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return { message: reason, advice: "Name a place you may write to: -o /tmp/...", exitCode };
    case "ENOENT":
      return { message: reason, advice: `Make the directory of ${path} first.`, exitCode };
    default:
      return { message: reason, advice: undefined, exitCode };
  }
}
