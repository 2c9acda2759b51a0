// SPDX-License-Identifier: MIT

import {
  type CodeOrigin,
  commonDirectory,
  type FrameLabel,
  isAbsolute,
  nativeOrigin,
  pythonOrigin,
} from "@pyspy/analyze";

/**
 * The origins of labels that are shown together. The program's own files lose the directory that
 * they have in common, libraries the path of the installation.
 */
export function codeOrigins(labels: readonly FrameLabel[]): CodeOrigin[] {
  const origins = labels.map(({ kind, file }) =>
    kind === "native" ? nativeOrigin(file) : pythonOrigin(file),
  );
  const ownFiles = labels.filter((_, index) => origins[index]!.owner === "own");
  const shortStart = commonDirectory(new Set(ownFiles.map(({ file }) => file)));
  return origins.map((origin, index) =>
    // A relative file name among absolute ones has nothing in common with them.
    origin.owner === "own" && isAbsolute(labels[index]!.file) ? { ...origin, shortStart } : origin,
  );
}
