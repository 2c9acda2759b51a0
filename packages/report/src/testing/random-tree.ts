// SPDX-License-Identifier: MIT

import type { CallTree, FrameLabel } from "@pyspy/analyze";
// What tests of analyze use is no part of what it exports.
import { randomNumbers } from "../../../analyze/src/testing/random.ts";

/**
 * A call tree of about `nodes` nodes in the shape of a real program's: a few libraries, files with
 * some functions each, subtrees of very different sizes, recursion. The same for the same seed.
 */
export function randomTree(nodes: number, seed = 1): CallTree {
  const random = randomNumbers(seed);
  const labels = randomLabels(random);
  const depth = new Int32Array(nodes);
  const parent = new Int32Array(nodes);
  const label = new Int32Array(nodes);
  const self = new Float64Array(nodes);
  const path: number[] = [];
  for (let node = 0; node < nodes; node++) {
    // Mostly one deeper or a short way up; now and then back to near the root.
    const up = node < 2 ? 0 : random() < 0.72 ? 0 : Math.floor(random() ** 2 * path.length);
    const at = node === 0 ? 0 : Math.min(Math.max(path.length - up, 1), 60);
    path.length = at;
    depth[node] = at;
    parent[node] = at === 0 ? -1 : path[at - 1]!;
    label[node] = node === 0 ? 0 : 1 + Math.floor(random() ** 1.5 * (labels.length - 1));
    self[node] = random() < 0.5 ? Math.floor(1 / (random() + 1e-4)) : 0;
    path.push(node);
  }
  const total = self.slice();
  const subtreeEnd = Int32Array.from({ length: nodes }, (_, node) => node + 1);
  for (let node = nodes - 1; node > 0; node--) {
    const above = parent[node]!;
    total[above] = total[above]! + total[node]!;
    subtreeEnd[above] = Math.max(subtreeEnd[above]!, subtreeEnd[node]!);
  }
  return { length: nodes, unit: "samples", parent, depth, subtreeEnd, label, labels, self, total };
}

const FILES = [
  "/srv/shop/app/main.py",
  "/srv/shop/app/orders/service.py",
  "/srv/shop/app/orders/pricing.py",
  "/srv/shop/app/db/session.py",
  "/usr/lib/python3.12/json/decoder.py",
  "/usr/lib/python3.12/threading.py",
  "/usr/lib/python3.12/asyncio/base_events.py",
  "/opt/venv/lib/python3.12/site-packages/sqlalchemy/orm/query.py",
  "/opt/venv/lib/python3.12/site-packages/sqlalchemy/engine/cursor.py",
  "/opt/venv/lib/python3.12/site-packages/starlette/routing.py",
  "/opt/venv/lib/python3.12/site-packages/pydantic/main.py",
];
const VERBS = ["get", "load", "parse", "handle", "render", "execute", "_fetch", "validate"];
const NOUNS = ["rows", "Order.total", "Session.query", "request", "json", "price_list", "item"];

function randomLabels(random: () => number): FrameLabel[] {
  const labels: FrameLabel[] = [{ kind: "root", name: "all", file: "", line: 0 }];
  for (let i = 0; i < 800; i++) {
    const name = `${pick(VERBS, random)}_${pick(NOUNS, random)}${i % 7 === 0 ? i : ""}`;
    const line = 1 + Math.floor(random() * 900);
    labels.push({ kind: "python", name, file: pick(FILES, random), line });
  }
  return labels;
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)]!;
}
