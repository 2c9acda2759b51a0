// SPDX-License-Identifier: MIT

import { COLOR_MODES, type ColorMode } from "./color-mode.ts";

/** Everything about the view that is worth keeping in the address. */
export interface ViewState {
  /** Node in full width; 0: all. */
  readonly node: number;
  readonly pattern: string;
  /** "icicle": the root at the top; "flame": at the bottom. */
  readonly direction: Direction;
  readonly colors: ColorMode;
  /** Of a comparison, which side says how wide boxes are: the mean of both, or one alone. */
  readonly widths: Widths;
}

export type Widths = "both" | "before" | "after";

/** What a picture shows first is the author's to choose, but for what is looked at. */
export type FirstView = Pick<ViewState, "direction" | "colors">;

export type Direction = "icicle" | "flame";

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export const FIRST_VIEW: FirstView = { direction: "icicle", colors: "module" };

/** "#zoom=12&search=json&layout=flame&colors=kind", without what is as it was at first; "" for the first view. */
export function viewToHash(view: ViewState, first: FirstView): string {
  const parts: string[] = [];
  if (view.node !== 0) parts.push(`zoom=${view.node}`);
  if (view.pattern !== "") parts.push(`search=${encode(view.pattern)}`);
  if (view.direction !== first.direction) parts.push(`layout=${view.direction}`);
  if (view.colors !== first.colors) parts.push(`colors=${view.colors}`);
  if (view.widths !== "both") parts.push(`widths=${view.widths}`);
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}

/** Reads an address typed or mailed by anybody: what makes no sense counts as absent. */
export function hashToView(hash: string, nodeCount: number, first: FirstView): ViewState {
  const fields = new Map(
    hash
      .replace(/^#/, "")
      .split("&")
      .map((part): [string, string] => {
        const at = part.indexOf("=");
        return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );
  const node = Number(fields.get("zoom") ?? 0);
  const direction = fields.get("layout");
  const widths = fields.get("widths");
  const colors = COLOR_MODES.find((mode) => mode === fields.get("colors"));
  return {
    node: Number.isInteger(node) && node > 0 && node < nodeCount ? node : 0,
    pattern: decode(fields.get("search") ?? ""),
    direction: direction === "flame" || direction === "icicle" ? direction : first.direction,
    colors: colors ?? first.colors,
    widths: widths === "before" || widths === "after" ? widths : "both",
  };
}

/** Half a surrogate pair, as a paste may leave behind, is nothing that an address can hold. */
export function encode(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATE, "\ufffd"));
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
