// SPDX-License-Identifier: MIT
import { FrameFlag, NativeFrameFlag, StateFlag } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { NativeCodeBuilder } from "../model/native-code-builder.ts";
import type { Profile } from "../model/profile.ts";
import { validateProfile } from "../model/validate-profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { selectView, type View } from "../view/select-view.ts";

const PYTHON = "/usr/bin/python3.13";

interface NativeText {
  /** Outermost first: "sort"; "eval*" hosts Python frames; "python:name" is in the interpreter. */
  readonly native: string;
  /** Python frames that were entered from C, by their names. */
  readonly entries: readonly string[];
  readonly flags?: number;
}

/** A profile of one thread on one Python stack, "main;work", with a native stack. */
function profileOf(python: string, { native, entries, flags = 0 }: NativeText): Profile {
  const profile = readCapture(captureOf(`${python} 1`));
  const builder = new NativeCodeBuilder();
  let stack = -1;
  for (const text of native.split(";").filter((one) => one !== "")) {
    const [name, module] = text.startsWith("python:")
      ? [text.slice(7), PYTHON]
      : [text, "/lib/libthing.so"];
    const isHost = name.endsWith("*");
    const index = builder.stacks.frame({
      function: builder.function({ name: name.replace("*", ""), file: module, module }),
      line: 0,
      column: -1,
      flags: isHost ? NativeFrameFlag.NATIVE_FRAME_HOSTS_PYTHON : 0,
    });
    stack = builder.stacks.stack(stack, index);
  }
  const { frames, functions, samples } = profile;
  const made: Profile = {
    ...profile,
    native: builder.build(),
    frames: {
      ...frames,
      flags: frames.flags.map((_, i) =>
        entries.includes(functions[frames.function[i]!]!.name) ? FrameFlag.FRAME_ENTRY : 0,
      ),
    },
    samples: {
      ...samples,
      flags: samples.flags.map((known) => known | flags),
      nativeStack: samples.nativeStack.fill(stack),
    },
  };
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
