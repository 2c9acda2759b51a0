// SPDX-License-Identifier: MIT

import { type Profile, processRoles } from "@pyspy/analyze";
import { threadNames } from "../../document/thread-names.ts";
import { processTitle } from "../../heading/recorded-title.ts";
import { visibleExcerpt } from "../../text/visible-text.ts";
import { button, make } from "./dom.ts";
import { type GivenOptions, withOption } from "./given-options.ts";
import { PatternFilters } from "./pattern-filters.ts";

/** A choice beyond this many is for the command line. */
const MOST_CHOICES = 500;
const LONGEST_CHOICE = 60;

/** Which observations count: at most one of these is offered, more come from a command line. */
const STATES: readonly (readonly [string, string])[] = [
  ["", "are not idle"],
  ["idle", "are there, idle or not"],
  ["gil", "hold the GIL"],
  ["gil-wait", "wait for the GIL"],
  ["on-cpu", "run, or are ready to"],
  ["off-cpu", "are blocked"],
  ["exceptions", "handle an exception"],
  ["gc", "collect garbage"],
];
const UNITS: readonly (readonly [string, string])[] = [
  ["", "wall time"],
  ["cpu", "CPU time"],
  ["samples", "samples"],
];
const UNITS_OF_CODE: readonly (readonly [string, string])[] = [
  ["", "function"],
  ["line", "line"],
  ["file", "file"],
  ["module", "module"],
  ["package", "package"],
];
const ROOTS: readonly (readonly [string, string])[] = [
  ["", "all together"],
  ["threads", "each thread"],
  ["processes", "each process"],
  ["roles", "processes of a role"],
];
const CHECKS: readonly (readonly [string, string, readonly string[]])[] = [
  ["my-code", "only the program's own code", []],
  ["fold", "fold plumbing", ["all"]],
  ["fold-recursion", "fold recursion", []],
];

export interface FilterActions {
  /** Other options count from now on. `settled`: worth a step of the back button. */
  change(options: GivenOptions, settled: boolean): void;
}

/** The filters as controls. What an option of the command line can say beyond them, stays as it is. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly #actions: FilterActions;
  readonly #updates: (() => void)[] = [];
  readonly #patterns: PatternFilters;
  #given: GivenOptions = new Map();

  constructor(profile: Profile, actions: FilterActions) {
    this.#actions = actions;
    this.#patterns = new PatternFilters((given) => actions.change(given, true));
    this.element = make(
      "div",
      { class: "filters-bar" },
      make(
        "div",
        { class: "fields" },
        this.#flagSelect("Threads that", STATES),
        ...this.#whereSelects(profile),
        this.#timeField("from", "From", "0s"),
        this.#timeField("to", "To", "end"),
        this.#valueSelect("Weight", "unit", UNITS),
        this.#valueSelect("A frame is a", "by", UNITS_OF_CODE),
        this.#flagSelect("Trees of", ROOTS),
      ),
      make(
        "div",
        { class: "fields checks" },
        ...[...CHECKS, ...nativeCheck(profile)].map((check) => this.#check(...check)),
        button("Reset", { class: "reset" }, () => actions.change(new Map(), true)),
      ),
      this.#patterns.element,
    );
  }

  show(given: GivenOptions): void {
    this.#given = given;
    for (const update of this.#updates) update();
    this.#patterns.show(given);
  }

  /** A choice among options that take nothing, of which one holds. */
  #flagSelect(label: string, choices: readonly (readonly [string, string])[]): HTMLElement {
    const names = choices.map(([name]) => name).filter((name) => name !== "");
    return this.#select(
      label,
      choices,
      () => names.find((name) => this.#given.has(name)) ?? "",
      (chosen) => {
        const rest = names.reduce((given, name) => withOption(given, name, undefined), this.#given);
        return chosen === "" ? rest : withOption(rest, chosen, []);
      },
    );
  }

  /** A choice among the values of an option. */
  #valueSelect(
    label: string,
    name: string,
    choices: readonly (readonly [string, string])[],
  ): HTMLElement {
    return this.#select(
      label,
      choices,
      () => this.#given.get(name)?.join(",") ?? "",
      (chosen) => withOption(this.#given, name, chosen === "" ? undefined : [chosen]),
    );
  }

  #select(
    label: string,
    choices: readonly (readonly [string, string])[],
    current: () => string,
    change: (chosen: string) => GivenOptions,
  ): HTMLElement {
    const select = make(
      "select",
      {},
      ...choices.map(([value, text]) => make("option", { value }, text)),
    );
    select.addEventListener("change", () => this.#actions.change(change(select.value), true));
    this.#updates.push(() => {
      const value = current();
      const known = choices.some(([choice]) => choice === value);
      select.querySelector("[data-other]")?.remove();
      if (!known) select.append(make("option", { value, "data-other": true }, value));
      select.value = value;
    });
    return field(label, select);
  }

  /** Processes, roles and threads, where there is a choice. */
  #whereSelects(profile: Profile): HTMLElement[] {
    const { processes, threads } = profile;
    const excerpt = (text: string): string => visibleExcerpt(text, LONGEST_CHOICE);
    const nameOf = threadNames(profile);
    const pids = processes.map((process): readonly [string, string] => [
      String(process.pid),
      `${process.pid} ${excerpt(processTitle(process))}`,
    ]);
    const roles = [...new Set(processRoles(profile))].map((role): readonly [string, string] => [
      `^${role.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`,
      excerpt(role),
    ]);
    const tids = threads.flatMap(({ tid }, index): (readonly [string, string])[] =>
      tid === 0n ? [] : [[String(tid), nameOf(index)]],
    );
    const selects: [string, string, readonly (readonly [string, string])[]][] = [
      ["Process", "pid", pids],
      ["Role", "role", roles],
      ["Thread", "tid", tids],
    ];
    return selects
      .filter(([, , choices]) => choices.length > 1)
      .map(([label, name, choices]) =>
        this.#valueSelect(label, name, [["", "all"], ...choices.slice(0, MOST_CHOICES)]),
      );
  }

  #timeField(name: "from" | "to", label: string, placeholder: string): HTMLElement {
    const input = make("input", { type: "text", size: 7, placeholder, spellcheck: "false" });
    input.addEventListener("change", () => {
      const text = input.value.trim();
      this.#actions.change(withOption(this.#given, name, text === "" ? undefined : [text]), true);
    });
    this.#updates.push(() => {
      input.value = this.#given.get(name)?.at(-1) ?? "";
    });
    return field(label, input);
  }

  #check(name: string, label: string, values: readonly string[]): HTMLElement {
    const input = make("input", { type: "checkbox" });
    input.addEventListener("change", () => {
      const given = withOption(this.#given, name, input.checked ? values : undefined);
      this.#actions.change(given, true);
    });
    this.#updates.push(() => {
      input.checked = this.#given.has(name);
    });
    return make("label", { class: "check" }, input, ` ${label}`);
  }
}

/** Beside its control, not around it: what a select offers is no part of its name. */
function field(label: string, control: HTMLElement): HTMLElement {
  control.id = `field-${label.toLowerCase().replaceAll(" ", "-")}`;
  return make("div", {}, make("label", { for: control.id }, label), control);
}

function nativeCheck({ native }: Profile): [string, string, readonly string[]][] {
  return native === undefined ? [] : [["no-native", "without native frames", []]];
}
