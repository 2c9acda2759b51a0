// SPDX-License-Identifier: MIT

import { isAbsolute, pythonOrigin } from "../code/code-origin.ts";

/** What files are called in a comparison, so that one file has one name wherever it lies. */
export type FileNames = (file: string) => string;

/** A root by which files of two sides are matched needs this many of them, or a longer suffix. */
const LEAST_VOTES = 2;
const MOST_ROOTS = 8;

/**
 * Names for the files of two sides. Installed packages and the standard library are called by their
 * path below the installation; other files by their whole path where both sides have it, else without
 * the directory in which their side keeps its checkout: the pair of directories that makes the most
 * files meet.
 */
export function alignFiles(
  before: Iterable<string>,
  after: Iterable<string>,
): { readonly before: FileNames; readonly after: FileNames } {
  const own = [new Set<string>(), new Set<string>()] as const;
  [before, after].forEach((files, side) => {
    for (const file of files) if (isOwn(file)) own[side]!.add(file);
  });
  const unmatched = own.map((files, side) =>
    [...files].filter((file) => !own[1 - side]!.has(file)),
  ) as [string[], string[]];
  const roots: [string[], string[]] = [[], []];
  for (let i = 0; i < MOST_ROOTS && unmatched.every((files) => files.length > 0); i++) {
    const pair = bestRoots(unmatched[0], unmatched[1]);
    if (pair === undefined) break;
    pair.forEach((root, side) => {
      roots[side]!.push(root);
      unmatched[side] = unmatched[side]!.filter((file) => !file.startsWith(root));
    });
  }
  const shared = new Set([...own[0]].filter((file) => own[1].has(file)));
  const naming = (side: 0 | 1): FileNames => {
    const known = new Map<string, string>();
    return (file) => {
      let name = known.get(file);
      if (name === undefined) {
        name = fileName(file, shared, roots[side]);
        known.set(file, name);
      }
      return name;
    };
  };
  return { before: naming(0), after: naming(1) };
}

function isOwn(file: string): boolean {
  return pythonOrigin(file).owner === "own" && isAbsolute(file);
}

function fileName(file: string, shared: ReadonlySet<string>, roots: readonly string[]): string {
  const { owner, shortStart } = pythonOrigin(file);
  if (owner === "package") return `site-packages/${slashes(file.slice(shortStart))}`;
  if (owner === "stdlib" && shortStart > 0) return `python/${slashes(file.slice(shortStart))}`;
  if (owner !== "own" || shared.has(file)) return file;
  const root = roots.find((each) => file.startsWith(each));
  return root === undefined ? file : slashes(file.slice(root.length));
}

/** The directories, with their separators, behind which the most files of both sides are equal. */
function bestRoots(
  before: readonly string[],
  after: readonly string[],
): [string, string] | undefined {
  const byBase = new Map<string, string[]>();
  for (const file of after) {
    const base = parts(file).at(-1)!;
    byBase.set(base, [...(byBase.get(base) ?? []), file]);
  }
  const votes = new Map<string, { roots: [string, string]; count: number; suffix: number }>();
  for (const file of before) {
    for (const other of byBase.get(parts(file).at(-1)!) ?? []) {
      const suffix = commonParts(file, other);
      const roots: [string, string] = [rootOf(file, suffix), rootOf(other, suffix)];
      const key = roots.join("\0");
      const vote = votes.get(key) ?? { roots, count: 0, suffix: 0 };
      vote.count++;
      vote.suffix = Math.max(vote.suffix, suffix);
      votes.set(key, vote);
    }
  }
  const lonely = before.length === 1 && after.length === 1;
  const best = [...votes.values()]
    .filter(({ count, suffix }) => lonely || count >= LEAST_VOTES || suffix >= LEAST_VOTES)
    .sort((a, b) => b.count - a.count || b.suffix - a.suffix)[0];
  return best?.roots;
}

function parts(file: string): string[] {
  return file.split(/[\\/]/);
}

/** Number of path parts at the end that are equal. */
function commonParts(one: string, two: string): number {
  const [a, b] = [parts(one).reverse(), parts(two).reverse()];
  let count = 0;
  while (count < Math.min(a.length, b.length) - 1 && a[count] === b[count]) count++;
  return count;
}

/** The file without so many parts at its end, with the separator. */
function rootOf(file: string, suffix: number): string {
  return file.slice(0, file.length - parts(file).slice(-suffix).join("/").length);
}

function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}
