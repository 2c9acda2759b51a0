import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Profile } from "../model/profile.ts";
import { validateProfile } from "../model/validate-profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { foldPlumbing } from "../rules/fold-plumbing.ts";
import { compileRulePack } from "../rules/rule-pack.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, writeCapture } from "../testing/capture-writer.ts";
import { buildCallTree } from "../tree/build-call-tree.ts";
import { hide, myCode, show } from "./choose-frames.ts";
import { focus, ignore } from "./choose-stacks.ts";
import { editFrames } from "./edit-frames.ts";
import { foldRecursion } from "./fold-recursion.ts";
import type { FrameEdit } from "./frame-edit.ts";
import { parseFramePattern } from "./frame-pattern.ts";
import { mergeCode } from "./merge-code.ts";
import { rootAt, showFrom } from "./reroot.ts";

const matching = (...texts: string[]) => texts.map(parseFramePattern);
const pack = compileRulePack({
  name: "pack",
  fold: [
    { as: "ab", frames: ["function:^[ab]$"] },
    { as: "c", frames: ["function:^c$"] },
  ],
});

/** The frames of a stack, outermost first: "name:line", or "name" without one. */
function path({ stacks, frames, functions }: Profile, stack: number): string[] {
  const names: string[] = [];
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    const line = frames.line[frame]!;
    const { name } = functions[frames.function[frame]!]!;
    names.unshift(line > 0 ? `${name}:${line}` : name);
  }
  return names;
}

/** "a:1;b:2 3", sorted, of everything selected. */
function lines({ profile, runs }: Selection): string[] {
  const sums = new Map<string, number>();
  for (const run of runs) {
    const text = path(profile, profile.samples.stack[run]!).join(";");
    sums.set(text, (sums.get(text) ?? 0) + profile.samples.ticks[run]!);
  }
  return [...sums].map(([text, ticks]) => `${text} ${ticks}`).sort();
}

function edited(text: string, ...edits: FrameEdit[]): string[] {
  return lines(editFrames(selectAll(readCapture(captureOf(text))), edits));
}

const TEXT = "main;serve;query:2 1\nmain;serve:4;render 2\nmain;idle 4\nmain: 8";

describe("edits of frames", () => {
  it.each<[string, FrameEdit, string[]]>([
    ["focus", focus(matching("serve")), ["main:1;serve:1;query:2 1", "main:1;serve:4;render:1 2"]],
    ["focus on a line", focus(matching("line:app:3-4")), ["main:1;serve:4;render:1 2"]],
    ["ignore", ignore(matching("serve")), [" 8", "main:1;idle:1 4"]],
    ["hide", hide(matching("^serve$", "^main$")), [" 8", "idle:1 4", "query:2 1", "render:1 2"]],
    ["show", show(matching("^serve$")), ["serve:1 1", "serve:4 2"]],
    [
      "show-from",
      showFrom(matching("serve|idle")),
      ["idle:1 4", "serve:1;query:2 1", "serve:4;render:1 2"],
    ],
    ["by file", mergeCode("file"), [" 8", "app.py 7"]],
    [
      "fold",
      foldPlumbing([pack]),
      [" 8", ...lines(selectAll(readCapture(captureOf(TEXT)))).slice(1)],
    ],
  ])("%s", (_, edit, expected) => {
    expect(edited(TEXT, edit)).toEqual(expected);
  });

  it("show-from begins at the first match, root-at at the last", () => {
    const text = "main;f:2;g;f:3;h 1\nmain;f:4 2";
    expect(edited(text, showFrom(matching("^f$")))).toEqual(["f:2;g:1;f:3;h:1 1", "f:4 2"]);
    expect(edited(text, rootAt(matching("^f$")))).toEqual(["f:3;h:1 1", "f:4 2"]);
  });

  it("folds recursion through others, with the line of the last call", () => {
    expect(edited("a;b;a:2;b:3;c 1\na;b 2\na:4;a:5;b;d 4\na;b;c;b:7;d 8", foldRecursion())).toEqual(
      ["a:1;b:1 2", "a:1;b:7;d:1 8", "a:2;b:3;c:1 1", "a:5;b:1;d:1 4"],
    );
  });

  it("folds plumbing where it is without a gap, each rule by itself", () => {
    expect(edited("a;b:2;x;b;a;c;c:3;y;a 1", foldPlumbing([pack]))).toEqual([
      "[ab];x:1;[ab];[c];y:1;[ab] 1",
    ]);
  });

  it("goes through deep stacks", () => {
    const length = 200_001;
    const { profile } = selectAll(readCapture(captureOf("a;b;c 1")));
    const deep: Profile = {
      ...profile,
      stacks: {
        length,
        parent: Int32Array.from({ length }, (_, i) => i - 1),
        frame: Int32Array.from({ length }, (_, i) => i % 3),
      },
      samples: { ...profile.samples, stack: Int32Array.of(length - 1) },
    };
    const selection = editFrames(selectAll(deep), [foldPlumbing([pack]), foldRecursion()]);
    expect(lines(selection)).toEqual(["[ab];[c] 1"]);
  });
});

/** What each edit means for one stack, said without any table; `undefined`: left out. */
const MEANINGS: readonly [FrameEdit, (path: string[]) => string[] | undefined][] = [
  [focus(matching("^a$")), (frames) => (frames.some(isA) ? frames : undefined)],
  [ignore(matching("^a$")), (frames) => (frames.some(isA) ? undefined : frames)],
  [
    hide(matching("^a$")),
    (frames) =>
      notEmptied(
        frames,
        frames.filter((one) => !isA(one)),
      ),
  ],
  [
    show(matching("^a$", "line:app:2-5")),
    (frames) => orNothing(frames.filter((one) => isA(one) || /:[2-5]$/.test(one))),
  ],
  [
    showFrom(matching("^a$")),
    (frames) => orNothing(frames.slice(frames.findIndex(isA)).filter(() => frames.some(isA))),
  ],
  [
    rootAt(matching("^a$")),
    (frames) => orNothing(frames.slice(frames.findLastIndex(isA)).filter(() => frames.some(isA))),
  ],
  [
    foldRecursion(),
    (frames) => {
      let folded: string[] = [];
      for (const frame of frames) {
        const known = folded.findIndex((one) => nameOf(one) === nameOf(frame));
        if (known >= 0) folded = folded.slice(0, known);
        folded.push(frame);
      }
      return folded;
    },
  ],
  [
    foldPlumbing([pack]),
    (frames) =>
      withoutRepeats(
        frames.map((one) => one.replace(/^[ab]:.*/, "[ab]").replace(/^c:.*/, "[c]")),
        /^\[/,
      ),
  ],
  [
    mergeCode("module"),
    (frames) => withoutRepeats(frames.map((one) => (one.startsWith("[") ? one : "app"))),
  ],
];

const nameOf = (frame: string): string => frame.replace(/:\d+$/, "");
const isA = (frame: string): boolean => nameOf(frame) === "a";
const withoutRepeats = (frames: string[], which = /^/) =>
  frames.filter((one, at) => !(which.test(one) && one === frames[at - 1]));
const orNothing = (frames: string[]) => (frames.length > 0 ? frames : undefined);
const notEmptied = (before: string[], after: string[]) =>
  before.length > 0 ? orNothing(after) : after;

describe("any edits", { timeout: 60_000 }, () => {
  it("do to every stack what they mean, one after the other, and keep the books", () => {
    const chosen = fc.array(fc.nat(MEANINGS.length - 2), { maxLength: 3 });
    fc.assert(
      fc.property(arbitraryRuns, chosen, fc.boolean(), (runs, indexes, merges) => {
        const steps = [...indexes, ...(merges ? [MEANINGS.length - 1] : [])].map(
          (i) => MEANINGS[i]!,
        );
        const all = selectAll(readCapture(writeCapture(runs, { cpu: true })));
        const selection = editFrames(
          all,
          steps.map(([edit]) => edit),
        );
        expect(validateProfile(selection.profile)).toEqual([]);

        const expected = new Map<number, string>();
        for (const run of all.runs) {
          let frames: string[] | undefined = path(all.profile, all.profile.samples.stack[run]!);
          // Plumbing that was folded is no function any more that a later pattern could mean.
          for (const [, meaning] of steps) frames = frames && meaning(frames);
          if (frames !== undefined) expected.set(run, frames.join(";"));
        }
        const { samples } = selection.profile;
        const found = new Map<number, string>();
        for (const run of selection.runs) {
          found.set(run, path(selection.profile, samples.stack[run]!).join(";"));
        }
        expect(found).toEqual(expected);

        for (const unit of ["runs", "samples", "wallNanos", "cpuNanos"] as const) {
          const dropped = selection.steps.reduce((sum, step) => sum + step.dropped[unit], 0);
          expect(selection.totals[unit] + dropped).toBe(all.totals[unit]);
          for (const { changed } of selection.edits) {
            expect(changed[unit]).toBeLessThanOrEqual(all.totals[unit]);
          }
        }
        const options = { unit: "samples", lines: true, threads: false, processes: false } as const;
        expect(buildCallTree(selection, options).total[0]).toBe(selection.totals.samples);
        expect(selection.recorded).toBe(all.profile);
      }),
    );
  });

  it("say of no stack that they changed it when its frames are what they were", () => {
    fc.assert(
      fc.property(arbitraryRuns, fc.nat(MEANINGS.length - 2), (runs, index) => {
        const [edit, meaning] = MEANINGS[index]!;
        const all = selectAll(readCapture(writeCapture(runs)));
        const { edits } = editFrames(all, [edit]);
        let differing = 0;
        for (const run of all.runs) {
          const before = path(all.profile, all.profile.samples.stack[run]!);
          const after = meaning(before);
          if (after !== undefined && after.join(";") !== before.join(";")) {
            differing += all.profile.samples.ticks[run]!;
          }
        }
        expect(edits[0]?.changed.samples ?? 0).toBe(differing);
      }),
    );
  });
});

describe("my code", () => {
  it("is what no prefix holds", () => {
    const profile = readCapture(captureOf("main;work;helper 1\nmain;lib 2\nwork;lib 4"));
    const files: Record<string, string> = {
      main: "/opt/venv/bin/gunicorn",
      work: "/opt/venv/src/app.py",
      helper: "/srv/lib/python3.12/helper.py",
      lib: "/opt/venv/lib/python3.12/site-packages/lib.py",
    };
    const functions = profile.functions.map((each) => ({ ...each, file: files[each.name]! }));
    const edit = myCode(["/usr", "/opt/venv/"]);
    const selection = editFrames(selectAll({ ...profile, functions }), [edit]);
    expect(lines(selection)).toEqual(["work:1 4", "work:1;helper:1 1"]);
    expect(selection.steps.map(({ dropped }) => dropped.samples)).toEqual([2]);
  });
});
