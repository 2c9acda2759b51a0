// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture, selectAll, validateProfile } from "@pyspy/analyze";
import { formatByName } from "@pyspy/report";
import { describe, expect, it } from "vitest";

const versions = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe.each(versions)("a capture of format %s", (version) => {
  const folder = join(import.meta.dirname, version);
  const captures = readdirSync(folder).filter((name) => name.endsWith(".pspy"));

  it.each(captures)("opens as it did when it was made: %s", (name) => {
    const profile = readCapture(readFileSync(join(folder, name)));
    expect(validateProfile(profile)).toEqual([]);
    expect(profile.damage).toEqual([]);
    const text = [
      ...formatByName("raw")!.render({
        selection: selectAll(profile),
        options: { unit: "samples", lines: true, threads: true, processes: false },
        provenance: { command: "", version: "" },
      }),
    ].join("");
    expect(text).toBe(readFileSync(join(folder, name.replace(/pspy$/, "txt")), "utf8"));
  });
});
