// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { byteSourceOf, ElfFile, Symbolizer } from "@pyspy/symbols";
import { describe, expect, it } from "vitest";
import { buildCpp, run } from "../support/native-libraries.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// binutils' addr2line is the oracle, at each address of the functions of samples/native/crossings_cpp.cc.

const OURS = /crossings|cross_cpp/;

/** Every byte of functions by whose name it is known that they are of the sample. */
function addressesOf(library: string): number[] {
  const addresses: number[] = [];
  for (const line of run("nm", ["-S", library]).split("\n")) {
    const [start = "", size = "", type = "", name = ""] = line.split(" ");
    if (!/^[tw]$/i.test(type) || !OURS.test(name)) continue;
    for (let i = 0; i < Number.parseInt(size, 16); i++) {
      addresses.push(Number.parseInt(start, 16) + i);
    }
  }
  return addresses;
}

/** "name file:line" of the functions at each address, innermost first. */
function oracle(library: string, addresses: readonly number[]): string[] {
  const input = addresses.map((address) => address.toString(16)).join("\n");
  const lines = run("addr2line", ["-e", library, "-i", "-f", "-a"], input).split("\n");
  const answers: string[] = [];
  let place = "";
  for (let i = 0; i < lines.length - 1; ) {
    if (lines[i]!.startsWith("0x")) {
      if (i > 0) answers.push(place);
      place = "";
      i++;
      continue;
    }
    const at = lines[i + 1]!.replace(/ \(discriminator.*/, "")
      .replace(/^\?\?/, "")
      .replace(/:\?$/, ":0");
    place += `${lines[i]} ${at}\n`;
    i += 2;
  }
  return [...answers, place];
}

function ours(library: string, addresses: readonly number[]): string[] {
  const elf = ElfFile.open(byteSourceOf(readFileSync(library)))!;
  const located = new Symbolizer([elf]).locate(addresses);
  return addresses.map((address) =>
    located
      .get(address)!
      .map(({ rawName, file, line }) => `${rawName.replace(/\.cold$/, "")} ${file}:${line}\n`)
      .join(""),
  );
}

/** Paths are written in several ways. */
function plain(answer: string): string {
  return (
    answer
      .replace(/\.cold /g, " ")
      // Constructors and destructors that are the same code.
      .replace(/([CD])[12](?=E)/g, "$1")
      .replace(/[^ /\n]+\/\.\.\//g, "")
      .replace(/\/\.\//g, "/")
  );
}

describe("functions, files and lines are those of addr2line", () => {
  it.each([
    ["DWARF 2", ["-gdwarf-2"]],
    ["DWARF 3", ["-gdwarf-3"]],
    ["DWARF 4", ["-gdwarf-4"]],
    ["DWARF 4 with types apart", ["-gdwarf-4", "-fdebug-types-section"]],
    ["DWARF 5", ["-gdwarf-5"]],
    [
      "DWARF 5 of several parts",
      ["-gdwarf-5", "-ffunction-sections", "-freorder-blocks-and-partition"],
    ],
    ["compressed", ["-gdwarf-5", "-gz=zlib"]],
  ])("%s", (_, flags) => {
    const library = join(temporaryFolder(), "crossings.so");
    buildCpp(library, flags);
    expectSame(library, library);
  });

  it("64-bit DWARF 5, which addr2line does not read whole: as of the same code with 32-bit DWARF", () => {
    const library = join(temporaryFolder(), "crossings.so");
    buildCpp(library, ["-gdwarf-5"]);
    const other = join(temporaryFolder(), "crossings.so");
    buildCpp(other, ["-gdwarf-5", "-gdwarf64"]);
    expectSame(other, library);
  });
});

function expectSame(library: string, oracleLibrary: string): void {
  const addresses = addressesOf(library);
  expect(addresses.length).toBeGreaterThan(500);
  const theirs = oracle(oracleLibrary, addresses).map(plain);
  const found = ours(library, addresses).map(plain);
  expect(theirs.filter((one) => one.split("\n").length > 3).length).toBeGreaterThan(20);
  const different = addresses.flatMap((address, i) =>
    found[i] === theirs[i] ? [] : [`${address.toString(16)}\n${found[i]}--\n${theirs[i]}`],
  );
  expect(different.length, different.slice(0, 5).join("\n")).toBe(0);
}
