// SPDX-License-Identifier: MIT

import { formatBytes, formatPercent } from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import { inputName } from "../errors.ts";

const FIRST_MS = 1000;
/** Between two updates of the line on a terminal, and between two lines elsewhere. */
const TERMINAL_MS = 200;
const LINES_MS = 10_000;
const ERASE_LINE = "\r\u001b[K";

/** Says on standard error how far reading has come, when it takes longer than a second. */
export class ReadProgress {
  readonly #io: Pick<CliIo, "stderr">;
  readonly #now: () => number;
  #nextAt: number;
  #drawn = false;

  /** @param now milliseconds, from any origin. */
  constructor(io: Pick<CliIo, "stderr">, now: () => number = () => performance.now()) {
    this.#io = io;
    this.#now = now;
    this.#nextAt = now() + FIRST_MS;
  }

  /**
   * Tells of so many bytes that were read of an input, if it is time to.
   *
   * @param length bytes in all; `undefined`: nobody knows.
   */
  async tell(path: string, read: number, length: number | undefined): Promise<void> {
    if (this.#now() < this.#nextAt) return;
    const { stderr } = this.#io;
    const far =
      length === undefined || length < read
        ? formatBytes(read)
        : `${formatPercent(read, length)} of ${formatBytes(length)}`;
    const text = `pyspy-analyze: reading ${inputName(path)}: ${far}`;
    this.#nextAt = this.#now() + (stderr.isTTY ? TERMINAL_MS : LINES_MS);
    this.#drawn ||= stderr.isTTY;
    await stderr.write(stderr.isTTY ? `${ERASE_LINE}${text}` : `${text}\n`);
  }

  /** Takes the line away again, so that other messages begin at the margin. */
  async end(): Promise<void> {
    if (this.#drawn) await this.#io.stderr.write(ERASE_LINE);
    this.#drawn = false;
  }
}
