// SPDX-License-Identifier: MIT
import { AustinTextImporter } from "./austin/austin-text-importer.ts";
import { MojoImporter } from "./austin/mojo-importer.ts";
import { CollapsedImporter } from "./collapsed/collapsed-importer.ts";
import type { ForeignFormat, ImportOptions } from "./foreign-format.ts";
import type { Importer } from "./importer.ts";
import { PprofImporter } from "./pprof/pprof-importer.ts";
import { SpeedscopeImporter } from "./speedscope/speedscope-importer.ts";
import { TachyonImporter } from "./tachyon/tachyon-importer.ts";
import { TachyonJsonlImporter } from "./tachyon/tachyon-jsonl-importer.ts";

/** What reads a format and makes a capture of it. */
export function createImporter(format: ForeignFormat, options: ImportOptions = {}): Importer {
  switch (format) {
    case "collapsed":
      return new CollapsedImporter(options);
    case "speedscope":
      return new SpeedscopeImporter(options);
    case "pprof":
      return new PprofImporter();
    case "tachyon":
      return new TachyonImporter();
    case "tachyon-jsonl":
      return new TachyonJsonlImporter();
    case "austin":
      return new AustinTextImporter();
    case "austin-mojo":
      return new MojoImporter();
  }
}
