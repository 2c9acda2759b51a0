// SPDX-License-Identifier: MIT

import { decode, encode } from "../../flamegraph/view-hash.ts";
import { FLAGS, type GivenOptions, VALUED } from "./given-options.ts";

/** How the flame graph stands: callers above, from the leaves, or around one function. */
export type FlameOrder = "callers" | "leaves" | "sandwich";

/** All that a link to a view has to say. */
export interface PageState {
  /** What is looked at. */
  readonly options: GivenOptions;
  readonly order: FlameOrder;
  /** The node of the flame graph that takes the full width; 0: all. */
  readonly zoom: number;
  readonly search: string;
  /** The function of the sandwich: its label's key; "": none yet. */
  readonly subject: string;
  /** The file whose source is shown; "": that of the subject, else the hottest. */
  readonly source: string;
  /** The selections that are compared; `undefined`: none was chosen. */
  readonly before: GivenOptions | undefined;
  readonly after: GivenOptions | undefined;
}

export const FIRST_STATE: PageState = {
  options: new Map(),
  order: "callers",
  zoom: 0,
  search: "",
  subject: "",
  source: "",
  before: undefined,
  after: undefined,
};

/** Of what is no option; the names of options have no such prefix. */
const VIEW = "view.";
/** What a side of a comparison begins with. */
const SIDE = "~";

/** "#gil&from=2s&view.order=leaves"; "#" for a state without anything. */
export function stateToHash({ options, before, after, ...view }: PageState): string {
  const parts = optionParts(options);
  for (const name of ["order", "zoom", "search", "subject", "source"] as const) {
    if (view[name] !== FIRST_STATE[name])
      parts.push(`${VIEW}${name}=${encode(String(view[name]))}`);
  }
  for (const [name, side] of [
    ["before", before],
    ["after", after],
  ] as const) {
    // What begins with the mark is a side, also one without any option.
    if (side !== undefined)
      parts.push(`${VIEW}${name}=${encode(SIDE + optionParts(side).join("&"))}`);
  }
  return `#${parts.join("&")}`;
}

function optionParts(options: GivenOptions): string[] {
  return [...options].flatMap(([name, values]) =>
    FLAGS.has(name) ? [name] : values.map((value) => `${name}=${encode(value)}`),
  );
}

/**
 * Reads an address, which anybody may have typed or mailed: what makes no sense counts as absent. An address
 * without a fragment says nothing: `undefined`.
 */
export function hashToState(hash: string): PageState | undefined {
  if (hash === "") return undefined;
  const { options, view } = readParts(hash.replace(/^#/, ""));
  const order = view.get("order");
  const zoom = Number(view.get("zoom") ?? 0);
  return {
    options,
    order: order === "leaves" || order === "sandwich" ? order : "callers",
    zoom: Number.isInteger(zoom) && zoom > 0 ? zoom : 0,
    search: view.get("search") ?? "",
    subject: view.get("subject") ?? "",
    source: view.get("source") ?? "",
    before: side(view.get("before")),
    after: side(view.get("after")),
  };
}

function side(text = ""): GivenOptions | undefined {
  return text.startsWith(SIDE) ? readParts(text.slice(SIDE.length)).options : undefined;
}

function readParts(text: string) {
  const options = new Map<string, readonly string[]>();
  const view = new Map<string, string>();
  for (const part of text.split("&")) {
    const [name = "", ...rest] = part.split("=");
    const value = decode(rest.join("="));
    if (FLAGS.has(name)) options.set(name, []);
    else if (VALUED.has(name) && value !== "")
      options.set(name, [...(options.get(name) ?? []), value]);
    else if (name.startsWith(VIEW)) view.set(name.slice(VIEW.length), value);
  }
  return { options, view };
}
