// SPDX-License-Identifier: MIT

/**
 * Base of all errors that py-spy throws on purpose. `message` states facts; advice is the business
 * of whoever talks to a person.
 */
export abstract class PyspyError extends Error {
  /** Names the kind of error, for `switch` and for exit codes. */
  abstract readonly code: string;
  override readonly name: string = this.constructor.name;
}

/** What the first bytes of something that is not a capture look like. */
export type FileGuess =
  | "cut-header"
  | "gzip"
  | "zip"
  | "elf"
  | "json"
  | "html"
  | "svg"
  | "xml"
  | "collapsed-stacks"
  | "text"
  | "binary";

/** Thrown when nothing in the input can be read as a capture. */
export class NotACaptureError extends PyspyError {
  readonly code = "NOT_A_CAPTURE";
  readonly looksLike: FileGuess;

  constructor(looksLike: FileGuess, description: string) {
    super(`not a py-spy capture: ${description}`);
    this.looksLike = looksLike;
  }
}

/** Thrown when the input holds no byte at all. */
export class EmptyCaptureError extends PyspyError {
  readonly code = "EMPTY_CAPTURE";

  constructor() {
    super("the capture is empty (0 bytes)");
  }
}

/** Thrown when every recording of the input was written in a later major version of the format. */
export class CaptureVersionError extends PyspyError {
  readonly code = "CAPTURE_VERSION";
  readonly foundVersion: number;
  readonly supportedVersion: number;

  constructor(foundVersion: number, supportedVersion: number) {
    super(
      `the capture has format version ${foundVersion}; this reader knows versions up to ${supportedVersion}`,
    );
    this.foundVersion = foundVersion;
    this.supportedVersion = supportedVersion;
  }
}

/** Thrown when the machine has no memory for the columns of the capture. */
export class CaptureTooLargeError extends PyspyError {
  readonly code = "CAPTURE_TOO_LARGE";
  readonly entries: number;

  constructor(entries: number, options?: ErrorOptions) {
    super(`no memory for a table of ${entries} entries`, options);
    this.entries = entries;
  }
}

/** Thrown for a filter that means nothing: a broken pattern, a time that is none. */
export class InvalidFilterError extends PyspyError {
  readonly code = "INVALID_FILTER";
}

/** Thrown when what another program recorded breaks the rules of its format, or is not whole. */
export class ForeignRecordingError extends PyspyError {
  readonly code = "FOREIGN_RECORDING";

  /**
   * @param format as people call it: "austin's text".
   * @param where "line 12", "byte 4,711"; "" where there is no place to name.
   */
  constructor(format: string, where: string, problem: string, options?: ErrorOptions) {
    super(`it reads like ${format}, but ${where === "" ? "" : `at ${where} `}${problem}`, options);
  }
}

/** Thrown when a question needs what the recordings do not hold: times, the GIL. */
export class MissingDataError extends PyspyError {
  readonly code = "MISSING_DATA";
}
