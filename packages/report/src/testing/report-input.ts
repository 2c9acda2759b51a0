// SPDX-License-Identifier: MIT

import { filterIdle, type Profile, readCapture, selectAll } from "@pyspy/analyze";
// The writer of test captures is no part of what analyze exports.
import { type CaptureOptions, captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import type { ReportInput, ReportOptions } from "../report-format.ts";

export interface InputOptions extends Partial<ReportOptions> {
  readonly capture?: CaptureOptions;
  /** Leave out idle threads. */
  readonly active?: boolean;
  /** Changes what was read, for what the text cannot say. */
  readonly change?: (profile: Profile) => Profile;
}

/** Input of a report on a recording written as text; see analyze's `parseStackText`. */
export function reportInput(text: string, options: InputOptions = {}): ReportInput {
  const { capture, active = false, change, ...rest } = options;
  const read = readCapture(captureOf(text, capture));
  const profile = change === undefined ? read : change(read);
  const all = selectAll(profile);
  return {
    selection: active ? filterIdle(all) : all,
    options: { unit: "wall-nanos", lines: true, threads: false, processes: false, ...rest },
    provenance: { command: "pyspy-analyze run.pspy", version: "1.2.3" },
  };
}

/** The profile with other names for its functions: `rename` gets the name they have. */
export function renameFunctions(profile: Profile, rename: (name: string) => string): Profile {
  return {
    ...profile,
    functions: profile.functions.map((each) => ({ ...each, name: rename(each.name) })),
  };
}
