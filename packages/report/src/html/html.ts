// SPDX-License-Identifier: MIT

import { findInsights, isRecorded, type Selection, selectAll, summarize } from "@pyspy/analyze";
import { agentNotes } from "../document/answer-frame.ts";
import { filterNotes, provenanceNotes } from "../heading/notes.ts";
import { summaryHeading } from "../heading/report-heading.ts";
import { insightTexts } from "../insights/insight-text.ts";
import { processesAnswer } from "../processes/processes-answer.ts";
import { qualityAnswer } from "../quality/quality-answer.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { functionSections } from "../summary/function-sections.ts";
import { threadsAnswer } from "../threads/threads-answer.ts";
import { type Child, element, markupOf } from "./element.ts";
import { embeddedCaptures } from "./embed/embedded-captures.ts";
import { captureBlock } from "./embed/packed-capture.ts";
import { htmlPage } from "./gen/html-page.ts";
import { ourText, pageStart, styleSheet } from "./page-frame.ts";
import type { PageInput } from "./page-input.ts";
import { aboutSection, reductionNote, sourceNotes } from "./sections/about-section.ts";
import { flameSection } from "./sections/flame-section.ts";
import { headerSection } from "./sections/header-section.ts";
import { insightSection } from "./sections/insight-section.ts";
import { sectionHtml } from "./sections/table-html.ts";
import { timelineSection } from "./sections/timeline-section.ts";
import { packSources } from "./source/source-block.ts";
import type { GivenSources } from "./source/source-file.ts";
import { heatedFiles, sourceSection, sourceWhole } from "./source/source-section.ts";

const ROWS = 20;
/** The page's head, what is said about the file, and the tags of what it carries. */
const ROOM_FOR_THE_REST = 8192;
/** The recording comes first. */
const MOST_SHARE_OF_SOURCES = 0.4;

/** Everything about a recording as one page, which carries the recording. */
export const html: ReportFormat = {
  name: "html",
  description: "one page for a ticket: verdicts, tables, charts, and the recording itself",
  extensions: [".html", ".htm"],
  content: "text",
  byFunction: true,
  needsPage: true,
  *render(input) {
    const { selection, page } = input;
    const summary = summarize(selection);
    const { title } = summaryHeading(input, summary);
    const observed = page?.observed ?? selectAll(selection.recorded);
    const flame = flameSection(selection, input.options);
    const style = styleSheet(flame.paints);
    const sources = page?.sources && shownSources(input, page.sources, page.mostBytes);
    const content = [
      headerSection(title, summary, filterNotes(summary), agentNotes(summary.recordings)),
      insightSection(insightTexts(findInsights(selection, observed), observed)),
      page === undefined || !isRecorded(selection.recorded, "times")
        ? undefined
        : timelineSection(observed, page.charts),
      flame.html,
      ...functionSections(summary, ROWS).map((section, at) =>
        sectionHtml(section, "whole", `functions-${at + 1}`),
      ),
      sources?.section,
      ...answerSections(input, observed),
    ].map(markupOf);
    const sourceBlock = sources?.packed.block ?? "";
    const taken = [style, htmlPage, sourceBlock, ...content].reduce(
      (sum, each) => sum + each.length,
      ROOM_FOR_THE_REST,
    );
    const captures = embeddedCaptures(
      page?.captures ?? [],
      selection.recorded,
      page?.mostBytes ?? 0,
      taken,
    );
    const scripts = captures.embedded.length > 0 ? [htmlPage] : [];
    if (page?.refreshSeconds !== undefined) scripts.push(reload(page.refreshSeconds));
    yield pageStart(title, style, scripts);
    yield `${content[0]}\n`;
    yield markupOf(reductionNote(captures));
    yield* content.slice(1).map((each) => `${each}\n`);
    yield markupOf(
      aboutSection(
        selection.recorded,
        captures,
        sources === undefined ? [] : sourceNotes(sources.packed, sources.given),
        provenanceNotes(selection.recorded, input.provenance),
      ),
    );
    yield "\n</main>\n";
    for (const capture of captures.embedded) yield* captureBlock(capture);
    yield sourceBlock;
    yield settingsBlock({ options: page?.options ?? {} });
    for (const script of scripts) yield markupOf(ourText("script", script));
    yield "\n</body>\n</html>\n";
  },
};

/** By a script, since the fragment of the address, which has the state of the page, is to stay. */
function reload(seconds: number): string {
  return `setTimeout(()=>location.reload(),${Math.round(seconds * 1000)})`;
}

/** What the page's script begins with, as inert data: no end tag can stand in it. */
function settingsBlock(settings: { readonly options: PageInput["options"] }): string {
  const json = JSON.stringify(settings).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="pyspy-settings">${json}</script>\n`;
}

/** Sources in the order of the time that they took, as they stand in the page and as they are packed into it. */
function shownSources({ selection, options }: ReportInput, given: GivenSources, mostBytes: number) {
  const heated = heatedFiles(selection, options.unit, given.files);
  const textOf = new Map(given.files.map(({ file, text }) => [file, text]));
  const packed = packSources(
    heated.map(({ file }) => ({ file, text: textOf.get(file)! })),
    mostBytes * MOST_SHARE_OF_SOURCES,
  );
  const whole = sourceWhole(selection, options.unit);
  return { given, packed, section: sourceSection(heated, whole) };
}

function answerSections({ provenance }: ReportInput, observed: Selection): Child[] {
  const question = { selection: observed, provenance };
  const { processes } = observed.profile;
  const [threads] = threadsAnswer(question, ROWS).document.sections;
  const families = processes.length > 1 ? processesAnswer(question, ROWS).document.sections : [];
  const quality = qualityAnswer(question).document.sections;
  return [
    sectionHtml(threads!, "whole", "threads"),
    ...families.map((each) => sectionHtml(each, "whole", "processes")),
    element(
      "section",
      { id: "quality" },
      element("h2", {}, "Data quality"),
      element("p", { class: "note" }, "Of all that was recorded, whatever is looked at."),
      quality.map((each) => sectionHtml(each, "part")),
    ),
  ];
}
