// SPDX-License-Identifier: MIT

import { decodePayload } from "../payload/decode-payload.ts";
import type { FlamePayload } from "../payload/flame-payload.ts";

/** The tree that the picture carries. Rejects where the browser cannot inflate (before 2023). */
export async function loadPayload(picture: SVGSVGElement): Promise<FlamePayload> {
  const text = picture.querySelector("#pspy-data")?.textContent ?? "";
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const decoder = new TextDecoder();
  return decodePayload(bytes, (part) => decoder.decode(part));
}
