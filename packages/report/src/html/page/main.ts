// SPDX-License-Identifier: MIT

import { App } from "./app.ts";
import { make } from "./dom.ts";
import { loadRecording } from "./load-recording.ts";

/** Makes the page live. Where that fails, everything that stands in it stays, and the page says why. */
async function start(): Promise<void> {
  const began = performance.now();
  try {
    const recording = await loadRecording();
    if (recording === undefined) return;
    const settings = document.querySelector("#pyspy-settings")?.textContent ?? "{}";
    const { options = {} } = JSON.parse(settings) as { options?: Record<string, string[]> };
    new App(recording, new Map(Object.entries(options)));
    document.body.dataset["ready"] = (performance.now() - began).toFixed(0);
  } catch (error) {
    const text = `The page cannot read the recording that it carries: ${(error as Error).message}`;
    document.querySelector("header")?.append(make("p", { class: "warning" }, text));
  }
}

void start();
