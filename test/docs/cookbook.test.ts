// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";

const PATH = fileURLToPath(new URL("../../docs/cookbook.md", import.meta.url));
const RECORDINGS = fileURLToPath(new URL("../../samples/recordings", import.meta.url));

/** A block of the document: a command, and what it prints. */
const BLOCK = /```console\n\$ pyspy-analyze ([^\n]*)\n.*?```/gs;

/** The words of a command line: single quotes are all that the document needs of a shell. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

async function output(line: string): Promise<string> {
  const [command = "", lines] = line.split(/ \| head -(\d+)$/);
  const io = memoryIo({ cwd: RECORDINGS });
  const code = await main(words(command), io);
  expect(code, `${command}: ${io.err()}`).toBe(0);
  const printed = io.out().trimEnd().split("\n");
  return printed.slice(0, lines === undefined ? printed.length : Number(lines)).join("\n");
}

// npm run cookbook writes the document anew, with vitest's --update.
it("the cookbook's commands print what stands below them", { timeout: 60_000 }, async () => {
  const text = readFileSync(PATH, "utf8");
  const blocks = [...text.matchAll(BLOCK)];
  expect(blocks.length).toBeGreaterThanOrEqual(30);
  const outputs: string[] = [];
  for (const [, line] of blocks) outputs.push(await output(line!));
  let at = 0;
  const fresh = text.replace(
    BLOCK,
    (_, line: string) => `\`\`\`console\n$ pyspy-analyze ${line}\n${outputs[at++]}\n\`\`\``,
  );
  await expect(fresh, "npm run cookbook brings it up to date").toMatchFileSnapshot(PATH);
});
