// SPDX-License-Identifier: MIT
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Profile, readCapture } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import { record } from "../support/agent.ts";
import { buildCpp, separateDebugFile, startCrossings } from "../support/native-libraries.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Place {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** Native functions of a library, with all files and lines that they were seen at. */
function placesIn({ native }: Profile, library: string): Place[] {
  const { frames, functions } = native!;
  return Array.from(frames.function, (index, frame) => ({
    ...functions[index]!,
    line: frames.line[frame]!,
  })).filter(({ module }) => module === library);
}

it("names a stripped library later, on a machine that has only its debug file", async () => {
  const folder = temporaryFolder();
  const library = join(folder, "crossings.so");
  const symbols = join(folder, "symbols");
  buildCpp(library);
  separateDebugFile(library, join(symbols, "any", "name.debug"));
  const { pid } = await startCrossings(anyInterpreter, library, "cross_cpp");
  const { profile, output } = await record(["--native", "-r", 500, "-d", 1, "-p", pid]);
  const before = placesIn(profile, library);
  expect(before.map(({ name }) => name)).toContain("[crossings.so]");
  expect(before.every(({ line }) => line === 0)).toBe(true);

  rmSync(library);
  const named = join(folder, "named.pspy");
  const io = memoryIo();
  const command = ["symbolize", output, "--debug-dir", symbols, "-o", named];
  expect(await main(command, io), io.err()).toBe(0);
  expect(io.err()).toMatch(/^pyspy-analyze: [\d,]+ of [\d,]+ places in native code have new names/);
  const after = readCapture(readFileSync(named));
  expect(after.damage).toEqual([]);
  const places = placesIn(after, library);
  // Stubs of the linker have no name in any file.
  const unnamed = places.filter(({ name }) => name === "[crossings.so]").length;
  expect(unnamed).toBeLessThan(0.1 * places.length);
  const source = (line: string): number =>
    readFileSync(new URL("../../samples/native/crossings_cpp.cc", import.meta.url), "utf8")
      .split("\n")
      .findIndex((text) => text.includes(line)) + 1;
  const expected: [string, string][] = [
    ["crossings::Caller::call() const", "PyObject_CallFunctionObjArgs(callable_"],
    ["crossings::call_twice(crossings::Caller const&)", "caller.call();"],
    ["crossings::descend(int, crossings::Caller const&)", "throw Refusal(sort_and_call"],
    ["cross_cpp", "return crossings::descend"],
  ];
  for (const [name, text] of expected) {
    const lines = places.filter((one) => one.name.startsWith(name)).map(({ line }) => line);
    expect(lines, name).toContain(source(text));
    expect(places.find((one) => one.name === name)?.file).toMatch(/\/crossings_cpp\.cc$/);
  }

  // What was recorded besides is what it was.
  expect(after.samples.length).toBe(profile.samples.length);
  expect(after.stacks).toEqual(profile.stacks);
  expect(after.functions).toEqual(profile.functions);
  expect(after.native!.addresses.length).toBe(profile.native!.addresses.length);
});

it("says which files are missing", async () => {
  const folder = temporaryFolder();
  const library = join(folder, "crossings.so");
  buildCpp(library, ["-s"]);
  const { pid } = await startCrossings(anyInterpreter, library, "cross_cpp");
  const { output } = await record(["--native", "-r", 200, "-d", 1, "-p", pid]);
  rmSync(library);
  const io = memoryIo();
  expect(await main(["symbolize", output, "-o", join(folder, "n.pspy")], io)).toBe(0);
  expect(io.err()).toMatch(
    /crossings\.so: [\d,]+ places? without a name: no file has its build id/,
  );
});
