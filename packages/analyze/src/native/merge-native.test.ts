// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { parseFramePattern } from "../frames/frame-pattern.ts";
import type { Profile } from "../model/profile.ts";
import { validateProfile } from "../model/validate-profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { type NativeTexts, withNative } from "../testing/native-stacks.ts";
import { selectView, type View } from "../view/select-view.ts";

interface NativeText extends Omit<NativeTexts, "native"> {
  readonly native: string;
}

/** A profile of one thread on one Python stack, "main;work", with a native stack. */
function profileOf(python: string, text: NativeText): Profile {
  const profile = readCapture(captureOf(`${python} 1`));
  const made = withNative(profile, { ...text, native: [text.native] });
  expect(validateProfile(made)).toEqual([]);
  return made;
}

function shown(profile: Profile, view: View = {}): string {
  const { stacks, frames, functions, samples } = selectView(profile, view).profile;
  const names: string[] = [];
  for (let at = samples.stack[0]!; at >= 0; at = stacks.parent[at]!) {
    names.push(functions[frames.function[stacks.frame[at]!]!]!.name);
  }
  return names.reverse().join(";");
}

const SORT: NativeText = {
  native: "python:_start;python:Py_RunMain;eval*;python:_PyEval_Vector;sort;eval*;compare",
  entries: ["<module>", "key"],
};

describe("mergeNative", () => {
  it("puts native frames between the Python frames that they lie between", () => {
    const profile = profileOf("<module>;main;key;leaf", SORT);
    expect(shown(profile)).toBe("<module>;main;sort;key;leaf;compare");
    expect(shown(profile, { interpreter: true })).toBe(
      "_start;Py_RunMain;<module>;main;_PyEval_Vector;sort;key;leaf;compare",
    );
    expect(shown(profile, { native: false })).toBe("<module>;main;key;leaf");
  });

  it("leaves the Python frames in their order, whatever is native", () => {
    const { profile, edits } = selectView(profileOf("<module>;main;key;leaf", SORT), {});
    expect(validateProfile(profile)).toEqual([]);
    expect(edits).toEqual([]);
  });

  it("shows native stacks of threads without Python", () => {
    const profile = profileOf("", { native: "clone3;worker;spin", entries: [] });
    expect(shown(profile)).toBe("clone3;worker;spin");
    expect(shown(profile, { native: false })).toBe("");
  });

  it("leaves out threads without Python where native frames are not asked for", () => {
    const profile = profileOf("", { native: "clone3;worker;spin", entries: [] });
    const threads = profile.threads.map((thread) => ({ ...thread, interpreterId: -1 }));
    const { totals, steps } = selectView({ ...profile, threads }, { native: false });
    expect(totals.samples).toBe(0);
    expect(steps[0]).toMatchObject({ removes: "threads without Python", dropped: { samples: 1 } });
  });

  it("shows Python frames alone where the two do not fit, and says so", () => {
    for (const native of ["eval*;sort", "eval*;a;eval*;b;eval*"]) {
      const profile = profileOf("<module>;main;key;leaf", { ...SORT, native });
      expect(shown(profile)).toBe("<module>;main;key;leaf");
      const { edits } = selectView(profile, {});
      expect(edits).toMatchObject([{ name: "native", changed: { samples: 1 } }]);
    }
  });

  it("puts what lies beyond the end of a cut native stack to the root", () => {
    const flags = StateFlag.STATE_NATIVE_TRUNCATED;
    const profile = profileOf("<module>;main;key;leaf", { ...SORT, native: "sort;eval*;x", flags });
    expect(shown(profile)).toBe("<module>;main;sort;key;leaf;x");
    const none = profileOf("<module>;key", { ...SORT, native: "", flags });
    expect(shown(none)).toBe("<module>;key");
  });

  it("shows frames without names once", () => {
    const native = "eval*;python:[python3.13];python:[python3.13];eval*;python:[python3.13]";
    const profile = profileOf("<module>;key", { ...SORT, native });
    expect(shown(profile)).toBe("<module>;[python3.13];key;[python3.13]");
  });
});

describe("foldNative", () => {
  const folded = (profile: Profile, view: View = {}) =>
    shown(profile, { ...view, foldNative: true });

  it("gives native time to the Python frame that called, and leaves who calls back below it", () => {
    const profile = profileOf("<module>;main;key;leaf", SORT);
    expect(folded(profile)).toBe("<module>;main;key;leaf");
    expect(folded(profile, { interpreter: true })).toBe("<module>;main;key;leaf");
    const { edits, totals } = selectView(profile, { foldNative: true });
    expect(edits).toMatchObject([{ name: "fold-native", changed: { samples: 1 } }]);
    expect(totals.samples).toBe(1);
  });

  it("comes after filters for stacks, which see native frames", () => {
    const profile = profileOf("<module>;main;key;leaf", SORT);
    const focus = (text: string): View => ({ focus: [parseFramePattern(text)] });
    expect(folded(profile, focus("^compare$"))).toBe("<module>;main;key;leaf");
    const { totals } = selectView(profile, { ...focus("^other$"), foldNative: true });
    expect(totals.samples).toBe(0);
  });

  it("makes one frame of what no Python frame called", () => {
    const profile = profileOf("", { native: "clone3;worker;spin", entries: [] });
    expect(folded(profile)).toBe("[libthing.so]");
    const { functions } = selectView(profile, { foldNative: true }).profile;
    expect(functions.at(-1)).toMatchObject({ module: "/lib/libthing.so" });
  });
});
