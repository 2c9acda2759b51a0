// SPDX-License-Identifier: MIT

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Provenance } from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import { report } from "../commands/report.ts";
import { InputError } from "../errors.ts";
import type { ReportArguments } from "../options/report-options.ts";

/** The report page of a capture that grows: made anew when somebody asks and the file has changed. */
export class ReportPage {
  readonly #args: ReportArguments;
  readonly #provenance: Provenance;
  readonly #io: CliIo;
  readonly #made: string;
  #version = "";
  #last: Promise<string> = Promise.resolve("");

  /** @param folder for the page, which is the caller's to remove. */
  constructor(
    capture: string,
    args: ReportArguments,
    folder: string,
    { provenance, io }: { readonly provenance: Provenance; readonly io: CliIo },
  ) {
    this.#made = join(folder, "report.html");
    this.#args = { ...args, files: [capture], format: "html", output: this.#made };
    this.#provenance = provenance;
    // That the recording has no end yet is known.
    const stderr = { isTTY: false, columns: undefined, write: async (): Promise<void> => {} };
    this.#io = { ...io, stderr };
  }

  /**
   * The page as it is now. Asked at the same time, it is made once after the other.
   *
   * @throws InputError and others, where there is nothing to show yet.
   */
  html(): Promise<string> {
    this.#last = this.#last.catch(() => "").then(() => this.#make());
    return this.#last;
  }

  async #make(): Promise<string> {
    const [capture = ""] = this.#args.files;
    const { size, mtimeMs } = await stat(capture).catch((error: unknown) => {
      throw new InputError(capture, error);
    });
    const version = `${size} ${mtimeMs}`;
    if (version !== this.#version) {
      await report(this.#args, this.#provenance, this.#io);
      this.#version = version;
    }
    return await readFile(this.#made, "utf8");
  }
}
