import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

// Every link of the documentation leads to a file, or a heading, that there is.

const root = resolve(import.meta.dirname, "../..");
const documents = [".", "docs", "samples", "test/format"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

/** Without code, in which brackets are no links. */
function prose(text: string): string {
  return text.replace(/^```.*?^```/gms, "").replace(/`[^`\n]*`/g, "");
}

/** As GitHub makes anchors of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```.*?^```/gms, "").matchAll(/^#+ +(.*?)\s*$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

it("finds documents", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/architecture.md"]));
});

it.for(documents)("%s", (document) => {
  const path = join(root, document);
  const text = readFileSync(path, "utf8");
  const wrong: string[] = [];
  for (const [, link] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link!)) continue;
    const [file = "", anchor] = link!.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    if (!existsSync(target)) wrong.push(`${link}: there is no ${relative(root, target)}`);
    else if (anchor !== undefined && !anchorsOf(readFileSync(target, "utf8")).has(anchor)) {
      wrong.push(`${link}: has no such heading`);
    }
  }
  expect(wrong).toEqual([]);
});
