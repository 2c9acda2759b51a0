// SPDX-License-Identifier: MIT

import { listenToKeys } from "./keyboard.ts";
import { loadPayload } from "./load-payload.ts";
import { Viewer } from "./viewer.ts";

/** Where the data cannot be read, the static picture stays: it is complete in itself. */
async function start(picture: SVGSVGElement): Promise<void> {
  let payload: Awaited<ReturnType<typeof loadPayload>>;
  try {
    payload = await loadPayload(picture);
  } catch {
    return;
  }
  listenToKeys(new Viewer(picture, payload));
}

const picture = document.currentScript?.closest("svg");
if (picture instanceof SVGSVGElement) void start(picture);
