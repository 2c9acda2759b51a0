// SPDX-License-Identifier: MIT

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { analyze } from "../cli/built-program.ts";
import { record } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runViewer, viewerPath } from "../support/viewers.ts";

/** A place of native code, as a reader has it. */
interface Place {
  readonly file: string;
  readonly buildId: string;
  readonly address: number;
  /** Innermost first: calls that were inlined stand before what they were inlined in. */
  readonly names: readonly string[];
}

test("a program's native code stands where its files have it", async () => {
  const { pid } = await startSample(anyInterpreter, "mixed.py");
  const { output: capture } = await record(["--native", "-r", 300, "-d", 1, "-p", pid]);
  const folder = temporaryFolder();
  const [pprof, otlp] = [join(folder, "run.pb.gz"), join(folder, "run.otlp")];
  for (const file of [pprof, otlp]) {
    expect(analyze(folder, capture, "--interpreter", "-o", file).status).toBe(0);
  }
  const places = placesOfPprof(pprof, "none");

  // As readelf finds them in the files.
  const ids = new Map(places.map(({ file, buildId }) => [file, buildId]));
  expect([...ids.keys()]).toContainEqual(expect.stringMatching(/python|libc/));
  for (const [file, buildId] of ids) {
    if (file.startsWith("[")) continue;
    const notes = runViewer("readelf", ["--notes", "--wide", file]);
    expect([file, buildId]).toEqual([file, /Build ID: ([0-9a-f]+)/.exec(notes)?.[1] ?? ""]);
  }

  // What pprof, by binutils, finds at the addresses. Code may have several names: free, cfree; and
  // compilers add suffixes.
  const key = ({ file, address }: Place): string => `${file} ${address}`;
  const found = new Map(placesOfPprof(pprof, "force").map((place) => [key(place), place.names]));
  const plain = (name: string | undefined): string | undefined => name?.replace(/[.@].*$/, "");
  const named = places.filter(({ names }) => !names[0]!.startsWith("["));
  // Calls that were inlined are places of their own, at the same address.
  const equal = named.filter((place) =>
    found.get(key(place))?.some((name) => plain(name) === plain(place.names[0])),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(equal.length / named.length).toBeGreaterThan(0.9);

  // OTLP has frames in the place of which Python frames stand, too, where a call was inlined in them.
  expect(distinct(placesOfOtlp(otlp))).toEqual(expect.arrayContaining(distinct(places)));
});

/** With "force" pprof looks for names itself, in the files. */
function placesOfPprof(file: string, symbolize: "none" | "force"): Place[] {
  const raw = runViewer(viewerPath("pprof"), ["-raw", `-symbolize=${symbolize}`, file]);
  const mappings = new Map(
    [...raw.matchAll(/^(\d+): 0x0\/0xf{16}\/0x0 (\S+) ([0-9a-f]*)/gm)].map(
      ([, id, path, buildId]) => [id!, { file: path!, buildId: buildId! }],
    ),
  );
  // Further lines of one are what it was inlined in.
  const locations = raw.matchAll(/^ +\d+: 0x([0-9a-f]+) M=(\d+) (.*\n(?: {13}\S.*\n)*)/gm);
  return [...locations].map(([, address, mapping, lines]) => ({
    ...mappings.get(mapping!)!,
    address: Number.parseInt(address!, 16),
    names: lines!
      .trim()
      .split("\n")
      .map((line) => line.trim().replace(/ .*$/, "")),
  }));
}

function placesOfOtlp(file: string): Place[] {
  const script = fileURLToPath(new URL("../support/read-protobuf-export.py", import.meta.url));
  const { native } = JSON.parse(
    runViewer(viewerPath("format-schemas"), [script, "otlp", file]),
  ) as { native: { file: string; buildId: string; address: number; function: string }[] };
  return native.map(({ function: name, ...place }) => ({ ...place, names: [name] }));
}

/** Each once, in one order: calls that were inlined share an address. */
function distinct(places: readonly Place[]): string[] {
  const texts = places.map(({ file, buildId, address, names }) =>
    [file, buildId, address, names[0]].join(" "),
  );
  return [...new Set(texts)].sort();
}
