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
  /** The stretches that are compared, "from..to"; "": none. */
  readonly before: string;
  readonly after: string;
}

export const FIRST_STATE: PageState = {
  options: new Map(),
  order: "callers",
  zoom: 0,
  search: "",
  subject: "",
  source: "",
  before: "",
  after: "",
};

/** Of what is no option; the names of options have no such prefix. */
const VIEW = "view.";

/** "#gil&from=2s&view.order=leaves"; "#" for a state without anything. */
export function stateToHash({ options, ...view }: PageState): string {
  const parts: string[] = [];
  const add = (name: string, value: string): void => {
    parts.push(`${name}=${encode(value)}`);
  };
  for (const [name, values] of options) {
    if (FLAGS.has(name)) parts.push(name);
    for (const value of values) add(name, value);
  }
  for (const name of ["order", "zoom", "search", "subject", "source", "before", "after"] as const) {
    if (view[name] !== FIRST_STATE[name]) add(VIEW + name, String(view[name]));
  }
  return `#${parts.join("&")}`;
}

/**
 * Reads an address, which anybody may have typed or mailed: what makes no sense counts as absent. An address
 * without a fragment says nothing: `undefined`.
 */
export function hashToState(hash: string): PageState | undefined {
  if (hash === "") return undefined;
  const options = new Map<string, readonly string[]>();
  const view = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [name = "", ...rest] = part.split("=");
    const value = decode(rest.join("="));
    if (FLAGS.has(name)) options.set(name, []);
    else if (VALUED.has(name) && value !== "")
      options.set(name, [...(options.get(name) ?? []), value]);
    else if (name.startsWith(VIEW)) view.set(name.slice(VIEW.length), value);
  }
  const order = view.get("order");
  const zoom = Number(view.get("zoom") ?? 0);
  return {
    options,
    order: order === "leaves" || order === "sandwich" ? order : "callers",
    zoom: Number.isInteger(zoom) && zoom > 0 ? zoom : 0,
    search: view.get("search") ?? "",
    subject: view.get("subject") ?? "",
    source: view.get("source") ?? "",
    before: view.get("before") ?? "",
    after: view.get("after") ?? "",
  };
}
