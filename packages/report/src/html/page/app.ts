// SPDX-License-Identifier: MIT

import {
  findInsights,
  hottestOfTree,
  keptThreads,
  resolveTimeRange,
  type Selection,
  summarizeSelection,
  type TimeRange,
} from "@pyspy/analyze";
import { filterNotes } from "../../heading/notes.ts";
import { insightTexts } from "../../insights/insight-text.ts";
import { processesAnswer } from "../../processes/processes-answer.ts";
import { formatDuration } from "../../text/format-duration.ts";
import { formatCount, formatCounted } from "../../text/format-number.ts";
import { threadsAnswer } from "../../threads/threads-answer.ts";
import { insightSection } from "../sections/insight-section.ts";
import { sectionHtml } from "../sections/table-html.ts";
import { onThemeChange } from "./canvas.ts";
import { CommandRow } from "./command-row.ts";
import { CompareView } from "./compare-view.ts";
import { domOf, make } from "./dom.ts";
import { FilterBar } from "./filter-bar.ts";
import { FlameView } from "./flame-view.ts";
import { FunctionTable } from "./function-table.ts";
import { type GivenOptions, withOption } from "./given-options.ts";
import { labelKey } from "./label-key.ts";
import type { Recording } from "./load-recording.ts";
import { FIRST_STATE, hashToState, type PageState, stateToHash } from "./page-state.ts";
import { type Selected, select } from "./selected.ts";
import { SourceView } from "./source-view.ts";
import { TimelineView } from "./timeline-view.ts";

const ROWS = 50;
/** Beyond them verdicts take longer than one waits for. */
const MOST_JUDGED_RUNS = 500_000;
const AS_MADE =
  "These verdicts are of what the page was made of; filters do not change them here: pyspy-analyze finds them anew.";
/** While the pointer moves, the rest follows if it can keep up. */
const LIVE_MILLIS = 60;

/** The page come alive: it owns what is looked at, and keeps all parts in step with it. */
export class App {
  readonly #recording: Recording;
  readonly #first: PageState;
  readonly #filters: FilterBar;
  readonly #command = new CommandRow();
  readonly #timeline: TimelineView;
  readonly #flame: FlameView;
  readonly #functions: FunctionTable;
  readonly #compare: CompareView;
  /** Where the page carries source text. */
  readonly #source: SourceView | undefined;
  readonly #books = make("p", { class: "books", role: "status" });
  readonly #problem = make("p", { class: "warning", role: "alert" });
  #state: PageState;
  #selected: Selected | undefined;
  #millis = 0;
  #tablesDue: ReturnType<typeof setTimeout> | undefined;
  /** Counts what was shown, so that it can be told when all of it is there. */
  #shows = 0;

  constructor(recording: Recording, options: GivenOptions) {
    this.#recording = recording;
    this.#first = { ...FIRST_STATE, options };
    this.#state = this.#first;
    const { profile } = recording;
    this.#filters = new FilterBar(profile, {
      change: (given, settled) => this.#choose(given, settled),
    });
    this.#timeline = new TimelineView(profile, {
      brush: (range, settled) => this.#brush(range, settled),
      thread: (index) => this.#toggleThread(index),
      process: (index) => this.#toggleOnly("pid", String(recording.profile.processes[index]!.pid)),
    });
    this.#flame = new FlameView({
      zoom: (zoom) => this.#go({ ...this.#state, zoom }, true),
      search: (search) => this.#go({ ...this.#state, search }, false),
      order: (order) =>
        this.#go({ ...this.#state, order, zoom: 0, subject: this.#subject() }, true),
      subject: (subject) => this.#chooseSubject(subject),
    });
    this.#compare = new CompareView(profile, {
      side: (which) => this.#go({ ...this.#state, [which]: this.#state.options }, true),
      clear: () => this.#go({ ...this.#state, before: undefined, after: undefined }, true),
    });
    this.#functions = new FunctionTable({
      subject: (subject) => this.#chooseSubject(subject),
    });
    if (recording.sources.length > 0) {
      this.#source = new SourceView(recording.sources, {
        source: (source) => this.#go({ ...this.#state, source }, true),
      });
    }
    this.#place();
    addEventListener("popstate", () => this.#show(hashToState(location.hash) ?? this.#first));
    addEventListener("keydown", (event) => this.#press(event));
    onThemeChange(() => this.#flame.redraw());
    this.#show(hashToState(location.hash) ?? this.#first);
  }

  /** Live parts take the place of those that stand for them without scripts. */
  #place(): void {
    const ask = make(
      "section",
      { id: "ask" },
      make("h2", {}, "Ask the recording"),
      this.#filters.element,
      this.#problem,
      this.#command.element,
    );
    // What has no times has no timeline, and no stretches of it to compare.
    const timed = document.querySelector("#timeline");
    (timed ?? document.querySelector("#flame"))?.before(ask);
    ask.before(this.#books);
    replaceStatic("#timeline", this.#timeline.element);
    replaceStatic("#flame", this.#flame.element);
    const functions = document.querySelector("#functions-1");
    functions?.replaceChildren(make("h2", {}, "Functions"), this.#functions.element);
    if (this.#source !== undefined) replaceStatic("#source", this.#source.element);
    if (timed !== null) document.querySelector("#functions-2")?.replaceWith(this.#compare.element);
    const source = document.querySelector("#source");
    if (timed !== null && source !== null) this.#compare.element.before(source);
    document.body.classList.add("alive");
  }

  /** The function that the sandwich is about: the one with the most time of its own, until another is chosen. */
  #subject(): string {
    const [first] = this.#selected === undefined ? [] : hottestOfTree(this.#selected.tree);
    return this.#state.subject || (first === undefined ? "" : labelKey(first.label));
  }

  #choose(options: GivenOptions, settled: boolean): void {
    this.#go({ ...this.#state, options, zoom: 0 }, settled);
  }

  #brush(range: TimeRange | undefined, settled: boolean): void {
    if (!settled && this.#millis > LIVE_MILLIS) {
      this.#timeline.show(range, undefined);
      return;
    }
    const start = Math.min(
      ...this.#recording.profile.recordings.map(({ startNanos }) => startNanos),
    );
    const time = (nanos: number): string[] => [`${Number(((nanos - start) / 1e9).toFixed(4))}s`];
    const { options } = this.#state;
    const from = withOption(options, "from", range && time(range.fromNanos));
    const given = withOption(from, "to", range && time(range.toNanos));
    // Where the pointer only passes is no place to come back to.
    if (settled) this.#choose(given, true);
    else this.#show({ ...this.#state, options: given, zoom: 0 });
  }

  #toggleThread(index: number): void {
    const { tid } = this.#recording.profile.threads[index]!;
    if (tid !== 0n) this.#toggleOnly("tid", String(tid));
  }

  /** Only what has this id counts, or, if that is so already, all does. */
  #toggleOnly(name: "tid" | "pid", id: string): void {
    const { options } = this.#state;
    const isChosen = options.get(name)?.join() === id;
    this.#choose(withOption(options, name, isChosen ? undefined : [id]), true);
  }

  #chooseSubject(subject: string): void {
    this.#goTo({ ...this.#state, order: "sandwich", subject, source: "" });
  }

  /** As `#go`, and brings the flame graph into sight. */
  #goTo(state: PageState): void {
    this.#go({ ...state, zoom: 0 }, true);
    document.querySelector("#flame")?.scrollIntoView({ block: "nearest" });
  }

  #go(state: PageState, settled: boolean): void {
    const hash = stateToHash(state);
    if (hash !== location.hash) {
      try {
        history[settled ? "pushState" : "replaceState"](undefined, "", hash);
      } catch {
        // In a frame without an address of its own: the page works, the back button does not.
      }
    }
    this.#show(state);
  }

  #show(state: PageState): void {
    const began = performance.now();
    const isNew = this.#selected === undefined || state.options !== this.#state.options;
    this.#state = state;
    this.#filters.show(state.options);
    if (isNew && this.#select(state.options)) this.#showSelected(this.#selected!);
    if (this.#selected !== undefined) {
      this.#flame.show(this.#selected.tree, state);
      this.#compare.show(state);
      this.#source?.show(this.#selected, state);
      this.#command.show(state);
    }
    this.#millis = performance.now() - began;
    document.body.dataset["millis"] = this.#millis.toFixed(1);
    document.body.dataset["shows"] = String(++this.#shows);
  }

  /** Whether the options mean something. */
  #select(options: GivenOptions): boolean {
    try {
      this.#selected = select(this.#recording.profile, options);
      this.#problem.textContent = "";
      return true;
    } catch (error) {
      this.#problem.textContent = (error as Error).message;
      return false;
    }
  }

  #showSelected(selected: Selected): void {
    const { view, selection, tree } = selected;
    const { profile } = this.#recording;
    const summary = summarizeSelection(selection);
    const { samples, wallNanos } = summary.selected;
    const counted = `${formatCount(samples)} of ${formatCounted(summary.quality.samples, "sample")}`;
    const books = [`${counted}, ${formatDuration(wallNanos)}.`, ...filterNotes(summary)];
    const { every } = this.#recording;
    if (every > 1) books.push(`One tick in ${formatCount(every)} is here.`);
    this.#books.textContent = books.join(" ");
    const { from, to } = view;
    const range =
      from === undefined && to === undefined ? undefined : resolveTimeRange(from, to, profile);
    this.#timeline.show(range, keptThreads(profile, view));
    this.#functions.show(tree);
    clearTimeout(this.#tablesDue);
    document.body.dataset["tables"] = "due";
    // What is further down may come when the rest is on the screen.
    this.#tablesDue = setTimeout(() => this.#showTables(selected));
  }

  #showTables({ selection, observed }: Selected): void {
    this.#showInsights(selection, observed);
    const question = { selection: observed, provenance: { command: "", version: "" } };
    replaceSection("threads", threadsAnswer(question, ROWS).document.sections[0]!);
    if (this.#recording.profile.processes.length > 1) {
      replaceSection("processes", processesAnswer(question, ROWS).document.sections[0]!);
    }
    document.body.dataset["tables"] = "shown";
  }

  /** Verdicts on what is looked at; of a large recording they stay those that the page was made with, and say so. */
  #showInsights(selection: Selection, observed: Selection): void {
    const section = document.querySelector("#insights");
    if (observed.runs.length <= MOST_JUDGED_RUNS) {
      const insights = insightTexts(findInsights(selection, observed), observed);
      section?.replaceWith(...domOf(insightSection(insights)));
    } else if (section?.querySelector(".note") === null) {
      section.append(make("p", { class: "note" }, AS_MADE));
    }
  }

  #press(event: KeyboardEvent): void {
    const { target, key } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    if (key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    this.#flame.focusSearch();
    event.preventDefault();
  }
}

function replaceStatic(selector: string, live: HTMLElement): void {
  const section = document.querySelector(selector);
  for (const each of section?.querySelectorAll(".static, .note, .more") ?? []) each.remove();
  section?.append(live);
}

function replaceSection(id: string, section: Parameters<typeof sectionHtml>[0]): void {
  document.querySelector(`#${id}`)?.replaceWith(...domOf(sectionHtml(section, "whole", id)));
}
