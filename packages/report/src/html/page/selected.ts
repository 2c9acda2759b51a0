// SPDX-License-Identifier: MIT

import {
  buildCallTree,
  type CallTree,
  type Profile,
  type Selection,
  selectView,
  type View,
  viewOfOptions,
  type WeightUnit,
} from "@pyspy/analyze";
import { type GivenOptions, givenRulePacks, optionValues } from "./given-options.ts";

/** What the options of the page choose of the recording, with what all its parts are made from. */
export interface Selected {
  readonly view: View;
  readonly selection: Selection;
  /** The same threads and times in whatever state they were. */
  readonly observed: Selection;
  /** As `selection`, with the lines of functions also where a file or a module is one frame. */
  readonly byLine: Selection;
  readonly unit: WeightUnit;
  /** With threads and processes above the functions, as far as asked for. */
  readonly tree: CallTree;
}

const UNITS: Readonly<Record<string, WeightUnit>> = {
  wall: "wall-nanos",
  cpu: "cpu-nanos",
  samples: "samples",
};

/** @throws InvalidFilterError for options that mean nothing. */
export function select(profile: Profile, given: GivenOptions): Selected {
  const view = viewOfOptions(optionValues(given), givenRulePacks(given));
  const selection = selectView(profile, view);
  const unit = UNITS[given.get("unit")?.at(-1) ?? "wall"] ?? "wall-nanos";
  let tree: CallTree | undefined;
  let observed: Selection | undefined;
  let byLine = view.by === undefined ? selection : undefined;
  return {
    view,
    selection,
    unit,
    get tree() {
      tree ??= buildCallTree(selection, {
        unit,
        lines: given.get("by")?.at(-1) === "line",
        threads: given.has("threads"),
        processes: given.has("roles") ? "role" : given.has("processes"),
      });
      return tree;
    },
    get byLine() {
      byLine ??= selectView(profile, { ...view, by: undefined });
      return byLine;
    },
    get observed() {
      observed ??= selectView(profile, { ...view, states: [], idle: true });
      return observed;
    },
  };
}
