// SPDX-License-Identifier: MIT

import type { CallTree } from "@pyspy/analyze";
import { deflateSync } from "fflate";
import { flamegraphPage, flamegraphStyle } from "../gen/flamegraph-page.ts";
import type { ReportHeading } from "../heading/report-heading.ts";
import { escapeMarkup } from "../text/escape-xml.ts";
import { legend, MODE_PAINTS, moduleColours } from "./color-mode.ts";
import { flameLabels } from "./flame-labels.ts";
import { flameNodes } from "./flame-nodes.ts";
import { type NodeChanges, packChanges } from "./node-change.ts";
import type { NodeMeasure } from "./node-measure.ts";
import { base64 } from "./payload/base64.ts";
import { encodePayload } from "./payload/encode-payload.ts";
import type { FlameMeta } from "./payload/flame-payload.ts";
import { pruningNotes, staticBoxes } from "./static-boxes.ts";
import { svgBox } from "./svg-box.ts";
import { paintRules, svgOpening } from "./svg-opening.ts";
import { svgHeader, svgNotes } from "./svg-text.ts";
import { MARGIN, MONO_FONT, PAPER, ROW_HEIGHT, WIDTH } from "./theme.ts";
import { FIRST_VIEW, type FirstView } from "./view-hash.ts";

const ALL_IN_FILE = "The file holds them; open it in a browser to zoom in.";

/** What a picture may have besides its tree. */
export interface PictureOptions {
  /** Of the tree's nodes. */
  readonly measures?: readonly NodeMeasure[];
  /** What is drawn without the script, and first with it. */
  readonly first?: FirstView;
  /** Of a comparison, what became of the nodes. */
  readonly changes?: NodeChanges;
}

/**
 * A flame graph as one SVG file. What is drawn needs no script and no style sheet, so it shows in
 * an `<img>` and under any content security policy; the whole tree is there as data too, from which
 * the script, where it may run, draws whatever is looked at.
 */
export function* svgDocument(
  tree: CallTree,
  heading: ReportHeading,
  { measures = [], first = FIRST_VIEW, changes }: PictureOptions = {},
): Generator<string> {
  const nodes = flameNodes(tree);
  const { labels, paints } = flameLabels(tree.labels);
  const paintNames = paints.map((paint) => paint.name);
  const boxes = staticBoxes(nodes, WIDTH - 2 * MARGIN);
  const meta: FlameMeta = {
    unit: tree.unit,
    quantum: tree.unit === "samples" ? 1 : 1000,
    title: heading.title,
    quality: heading.quality,
    notes: heading.notes,
    measures: measures.map(({ name }) => name),
    first,
    changes: changes && packChanges(changes),
  };

  const header = svgHeader(heading, legend(first.colors));
  const chartHeight = boxes.rows * ROW_HEIGHT;
  const notes = svgNotes([
    ...pruningNotes(boxes, nodes.total[0]!).map((note) => `${note} ${ALL_IN_FILE}`),
    ...(first.colors === "module" ? [moduleColours(paintNames)] : []),
    ...heading.notes,
  ]);
  const height = header.height + chartHeight + notes.height;

  yield `${svgOpening(heading, height)}<metadata id="pspy-data">`;
  yield* base64(
    deflateSync(encodePayload({ meta, labels, paintNames, nodes, measures }), { level: 9 }),
  );
  yield `</metadata>
<style>${escapeMarkup(flamegraphStyle + paintRules([...paints, ...MODE_PAINTS]))}</style>
<rect class="paper" width="100%" height="100%" fill="${PAPER}"/>
<g class="static">
${header.markup}<g transform="translate(${MARGIN} ${header.height})" \
font-family="${escapeMarkup(MONO_FONT)}" font-size="12" xml:space="preserve">
`;
  const context = { nodes, labels, paints, measures, changes, meta, first, rows: boxes.rows };
  for (const box of boxes.boxes) yield svgBox(context, box);
  yield `</g>
<g transform="translate(0 ${header.height + chartHeight})">${notes.markup}</g>
</g>
<script>${escapeMarkup(flamegraphPage)}</script>
</svg>
`;
}
