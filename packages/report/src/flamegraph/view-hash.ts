// SPDX-License-Identifier: MIT

/** Everything about the view that is worth keeping in the address. */
export interface ViewState {
  /** Node in full width; 0: all. */
  readonly node: number;
  readonly pattern: string;
  /** "icicle": the root at the top; "flame": at the bottom. */
  readonly direction: Direction;
}

export type Direction = "icicle" | "flame";

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export const FIRST_VIEW: ViewState = { node: 0, pattern: "", direction: "icicle" };

/** "#zoom=12&search=json&layout=flame", without what is as it was at first; "" for the first view. */
export function viewToHash(view: ViewState): string {
  const parts: string[] = [];
  if (view.node !== FIRST_VIEW.node) parts.push(`zoom=${view.node}`);
  if (view.pattern !== FIRST_VIEW.pattern) parts.push(`search=${encode(view.pattern)}`);
  if (view.direction !== FIRST_VIEW.direction) parts.push(`layout=${view.direction}`);
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}

/** Reads an address typed or mailed by anybody: what makes no sense counts as absent. */
export function hashToView(hash: string, nodeCount: number): ViewState {
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
  return {
    node: Number.isInteger(node) && node > 0 && node < nodeCount ? node : FIRST_VIEW.node,
    pattern: decode(fields.get("search") ?? ""),
    direction: fields.get("layout") === "flame" ? "flame" : FIRST_VIEW.direction,
  };
}

/** Half a surrogate pair, as a paste may leave behind, is nothing that an address can hold. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATE, "\ufffd"));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
