// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { parseTree } from "../testing/parse-tree.ts";
import { readSvg } from "../testing/read-svg.ts";
import { reportInput } from "../testing/report-input.ts";
import { legend, modePaint, usefulModes } from "./color-mode.ts";
import { flameLabels } from "./flame-labels.ts";
import { flameNodes } from "./flame-nodes.ts";
import { flamegraph } from "./flamegraph.ts";
import { type NodeMeasure, usefulMeasure } from "./node-measure.ts";

const NODES = flameNodes(parseTree("main;work 6\nmain;rest 4"));

function measureOf(name: NodeMeasure["name"], total: number[]): NodeMeasure {
  return { name, self: Float64Array.from(total), total: Float64Array.from(total) };
}

test("a share picks the step of its ramp, and no share beyond all is possible", () => {
  const measures = [measureOf("idle", [5, 5, 4, 12])];
  const names = [0, 2, 3].map(
    (node) => modePaint("idle", "o00", { nodes: NODES, measures }, node)?.name,
  );
  expect(names).toEqual(["idle5", "idle10", "idle10"]);
  expect(modePaint("gil", "o00", { nodes: NODES, measures }, 0)?.name).toBe("unknown");
});

test("kinds are told apart by whose code it is; threads and the root keep their own colour", () => {
  const tree = parseTree(
    [
      "[t];own@/srv/app.py:1 1",
      "[t];package@/opt/lib/python3.12/site-packages/x/y.py:1 1",
      "[t];library@/usr/lib/python3.12/json/decoder.py:1 1",
      "[t];native 1",
    ].join("\n"),
  );
  const source = tree.labels.map((label) =>
    label.name === "native" ? { ...label, kind: "native" as const, file: "/lib/libc.so.6" } : label,
  );
  const { labels, paints } = flameLabels(source);
  const kinds = Object.fromEntries(
    labels.map(({ name, paint }) => [
      name,
      modePaint("kind", paints[paint]!.name, { nodes: NODES, measures: [] }, 0)?.name,
    ]),
  );
  expect(kinds).toEqual({
    all: undefined,
    t: undefined,
    own: "kind-own",
    package: "kind-package",
    library: "kind-stdlib",
    native: "kind-native",
  });
});

test("only colours that say something are offered", () => {
  expect(usefulModes({ measures: [] })).toEqual(["module", "kind"]);
  expect(usefulModes({ measures: [measureOf("gil", [1])] })).toEqual(["module", "kind", "gil"]);
  const tree = parseTree("main 4");
  expect(usefulMeasure("idle", tree, { self: tree.self, total: tree.total })).toEqual([]);
  expect(usefulMeasure("idle", tree, parseTree("main 1"))).toHaveLength(1);
});

test("the first view is the author's: colours with their legend, the root below", async () => {
  const text = "main gil R: main;work 6\nmain S: main;wait 4";
  const render = (options: object): string =>
    [...flamegraph.render(reportInput(text, { lines: false, ...options }))].join("");
  const plain = await readSvg(render({}));
  const svg = render({ colors: "idle", direction: "flame" });
  const { texts, titles } = await readSvg(svg);
  for (const { text: meaning } of legend("idle")) {
    expect(texts).toContain(meaning);
    expect(plain.texts).not.toContain(meaning);
  }
  expect(titles.find((title) => title.startsWith("wait"))).toContain("100.0 % idle");
  expect(titles.find((title) => title.startsWith("main"))).toContain("60.0 % with the GIL");
  const top = (name: string): number =>
    Number(new RegExp(`<title>${name}\\n[^]*?<rect [^>]* y="(\\d+)"`).exec(svg)![1]);
  expect(top("all")).toBeGreaterThan(top("main"));
  expect(top("main")).toBeGreaterThan(top("work"));
});
