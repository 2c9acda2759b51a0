// SPDX-License-Identifier: MIT
import { CaptureRewriter, type RewriteLoss } from "../rewrite/capture-rewriter.ts";
import { KEEP_ALL } from "../rewrite/rewrite-rules.ts";
import type { NamedFrame } from "./native-frame-names.ts";
import type { Library, NameAddresses } from "./native-names.ts";

/** What became of the frames of a library: places in its code, each counted once. */
export interface SymbolizedLibrary extends Library {
  readonly places: number;
  /** Those that have a name now, and those whose names are new. */
  readonly named: number;
  readonly renamed: number;
  /** Whether it, or a debug file of it, was to be had. */
  readonly found: boolean;
}

interface LibraryPlaces {
  readonly library: Library;
  readonly named: Map<number, boolean>;
  readonly renamed: Set<number>;
}

/** Names the native frames of captures, as their bytes arrive: later, and elsewhere, than they were
 * recorded. Everything else stays as it is. */
export class CaptureSymbolizer {
  readonly #rewriter: CaptureRewriter;
  readonly #places = new Map<string, LibraryPlaces>();
  readonly #found = new Map<string, boolean>();

  constructor(nameAddresses: NameAddresses) {
    const naming: NameAddresses = (library, addresses) => {
      const names = nameAddresses(library, addresses);
      this.#found.set(keyOf(library), names !== undefined);
      return names;
    };
    const nameFrames = {
      nameAddresses: naming,
      onNamed: (frame: NamedFrame) => this.#count(frame),
    };
    this.#rewriter = new CaptureRewriter({ ...KEEP_ALL, nameFrames });
  }

  /** What was left out so far because it is damaged. */
  get losses(): readonly RewriteLoss[] {
    return this.#rewriter.losses;
  }

  /** Takes the next bytes of an input, plain or gzip; returns what is named by now, plain. */
  push(bytes: Uint8Array): Uint8Array[] {
    return this.#rewriter.push(bytes);
  }

  /**
   * Ends one input; another may follow. Returns the rest of it.
   *
   * @throws as `CaptureRewriter.endInput` does.
   */
  endInput(): Uint8Array[] {
    return this.#rewriter.endInput();
  }

  /** The libraries so far, those with the most places without a name first. */
  get libraries(): SymbolizedLibrary[] {
    const libraries = [...this.#places].map(([key, { library, named, renamed }]) => ({
      ...library,
      places: named.size,
      named: [...named.values()].filter((isNamed) => isNamed).length,
      renamed: renamed.size,
      found: this.#found.get(key) === true,
    }));
    return libraries.sort((a, b) => b.places - b.named - (a.places - a.named));
  }

  #count({ library, address, symbols, isNew }: NamedFrame): void {
    const key = keyOf(library);
    let places = this.#places.get(key);
    if (places === undefined) {
      places = { library, named: new Map(), renamed: new Set() };
      this.#places.set(key, places);
    }
    places.named.set(address, symbols.length > 0);
    if (isNew) places.renamed.add(address);
  }
}

function keyOf({ path, buildId }: Library): string {
  return `${buildId} ${path}`;
}
