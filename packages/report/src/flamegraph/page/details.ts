// SPDX-License-Identifier: MIT

import { formatCounted, formatPercent } from "../../text/format-number.ts";
import { formatWeight } from "../../text/format-weight.ts";
import { describeNode } from "../describe-node.ts";
import type { Box } from "../layout.ts";
import type { FlamePayload } from "../payload/flame-payload.ts";
import { htmlElement } from "./elements.ts";

/** Two lines about one box: what and where; how much. */
export class Details {
  readonly element: HTMLElement;
  #payload: FlamePayload;
  readonly #name = htmlElement("b", {});
  readonly #place = htmlElement("span", { class: "where" });
  readonly #numbers = htmlElement("div", { class: "numbers" });

  constructor(payload: FlamePayload) {
    this.#payload = payload;
    const first = htmlElement("div", { class: "mono" }, this.#name, this.#place);
    this.element = htmlElement("div", { class: "details" }, first, this.#numbers);
  }

  /** As of the chart. */
  set payload(payload: FlamePayload) {
    this.#payload = payload;
  }

  show(box: Pick<Box, "node" | "role" | "siblings">, viewNode: number): void {
    const { nodes, labels } = this.#payload;
    if (box.role === "rest") {
      this.#write(
        `${formatCounted(box.siblings, "frame")} too narrow to draw`,
        `in ${labels[nodes.label[nodes.parent[box.node]!]!]?.name ?? ""}`,
        this.#restNumbers(box),
      );
      return;
    }
    const { name, place, numbers } = describeNode(this.#payload, box.node, viewNode);
    this.#write(name, place, numbers);
  }

  #restNumbers({ node, siblings }: Pick<Box, "node" | "siblings">): string[] {
    const { nodes, meta } = this.#payload;
    let weight = 0;
    let sibling = node;
    for (let i = 0; i < siblings; i++) {
      weight += nodes.total[sibling]!;
      sibling = nodes.subtreeEnd[sibling]!;
    }
    const share = formatPercent(weight, nodes.total[0]!);
    return [`${formatWeight(weight, meta.unit)} · ${share} of all`, "click to zoom in on them"];
  }

  #write(name: string, place: string, numbers: readonly string[]): void {
    this.#name.textContent = name;
    this.#place.textContent = place;
    this.#numbers.replaceChildren(...numbers.map((part) => htmlElement("span", {}, part)));
  }
}
