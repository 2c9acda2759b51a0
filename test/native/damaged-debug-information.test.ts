// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { byteSourceOf, ElfFile, Symbolizer } from "@pyspy/symbols";
import { expect, it } from "vitest";
import { buildCpp } from "../support/native-libraries.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// PYSPY_FUZZ_ROUNDS=100000: more, by hand.
const ROUNDS = Number(process.env["PYSPY_FUZZ_ROUNDS"] ?? 500);

/** Numbers that look random, the same in each run. */
function numbers(): (below: number) => number {
  let state = 12345;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

it("answers for any bytes, and soon", () => {
  const library = join(temporaryFolder(), "crossings.so");
  // Without the C++ library the file is small, and most damage is where it tells.
  buildCpp(library, ["-gdwarf-5", "-nostdlib"]);
  const good = readFileSync(library);
  const elf = ElfFile.open(byteSourceOf(good))!;
  const telling = elf.sections.filter(({ name }) => /^\.debug_|^\.symtab|^\.strtab/.test(name));
  const text = elf.section(".text")!;
  const addresses = Array.from({ length: 40 }, (_, i) => text.offset + i * 37);
  const random = numbers();
  const values = [0, 1, 0x7f, 0x80, 0xff];
  let answers = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let bytes = Uint8Array.from(good);
    for (let flips = 1 + random(6); flips > 0; flips--) {
      const section = telling[random(telling.length)]!;
      const isHead = random(10) === 0;
      const at = isHead ? random(64) : section.offset + random(section.size);
      bytes[at] = random(2) === 0 ? values[random(5)]! : random(256);
    }
    if (random(16) === 0) bytes = bytes.subarray(0, random(bytes.length));
    const damaged = ElfFile.open(byteSourceOf(bytes));
    if (damaged === undefined) continue;
    expect(typeof damaged.buildId).toBe("string");
    for (const found of new Symbolizer([damaged]).locate(addresses).values()) {
      answers += found.length;
    }
  }
  expect(answers).toBeGreaterThan(ROUNDS);
});
