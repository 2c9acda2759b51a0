// SPDX-License-Identifier: MIT
import type { Library, NameAddresses, NativeName } from "@pyspy/analyze";
import { CythonSources, type DebugFiles, Symbolizer } from "@pyspy/symbols";

/** Names addresses by the files that have the build ids of their libraries; each library is opened once. */
export function nameByDebugFiles(files: DebugFiles): NameAddresses {
  const known = new Map<string, LibraryNames | undefined>();
  const cython = new CythonSources();
  return (library, addresses) => {
    const key = `${library.buildId} ${library.path}`;
    if (!known.has(key)) known.set(key, openLibrary(library, files, cython));
    return known.get(key)?.name(addresses);
  };
}

function openLibrary(
  { buildId, path }: Library,
  files: DebugFiles,
  cython: CythonSources,
): LibraryNames | undefined {
  // Without an id nobody can say that a file is the one which was recorded.
  const found = buildId === "" ? [] : files.find(buildId, path);
  return found.length === 0 ? undefined : new LibraryNames(new Symbolizer(found, cython));
}

/** Keeps what was looked up: most addresses of a chunk occur in the next one too. */
class LibraryNames {
  readonly #symbolizer: Symbolizer;
  readonly #known = new Map<number, readonly NativeName[]>();

  constructor(symbolizer: Symbolizer) {
    this.#symbolizer = symbolizer;
  }

  name(addresses: readonly number[]): ReadonlyMap<number, readonly NativeName[]> {
    const unknown = addresses.filter((address) => !this.#known.has(address));
    if (unknown.length > 0) {
      for (const [address, names] of this.#symbolizer.locate(unknown)) {
        this.#known.set(address, names);
      }
    }
    return this.#known;
  }
}
