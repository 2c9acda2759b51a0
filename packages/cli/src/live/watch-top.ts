// SPDX-License-Identifier: MIT

import { setTimeout as delay } from "node:timers/promises";
import type { LiveEnd } from "@pyspy/analyze";
import { pressKey, type ScreenStyle, topPage, topScreen } from "@pyspy/report";
import type { CliIo, CliTerminal, PressedKey } from "../cli-io.ts";
import type { LiveSource } from "./live-source.ts";
import { type LiveTop, readLive } from "./live-top.ts";

/** How long an agent that was asked to end has for its last words. */
const LAST_WORDS_MS = 3000;
/** From one picture to the next, where nobody presses a key. */
const PICTURE_MS = 100;

/**
 * Shows a live table on a terminal until a person has seen enough. The terminal is given back on every
 * way out.
 *
 * @throws what ended the stream before anything was seen.
 */
export async function watchTop(
  source: LiveSource,
  top: LiveTop,
  terminal: CliTerminal,
  options: {
    readonly io: CliIo;
    readonly color: boolean;
    readonly onBytes: (bytes: Uint8Array) => Promise<boolean>;
  },
): Promise<void> {
  const look: ScreenStyle = { color: options.color, unicode: terminal.unicode };
  let quit = (): void => {};
  const wantsOut = new Promise<void>((resolve) => {
    quit = resolve;
  });
  let drawnAt = 0;
  const draw = (): void => {
    drawnAt = Date.now();
    terminal.write(picture(topScreen(top.input(), terminal.size(), look)));
  };
  const onKey = (key: PressedKey): void => {
    const { rows } = top.input();
    const pressed = pressKey(top.view, key, { page: topPage(terminal.size()), count: rows.length });
    if (pressed === "quit") {
      quit();
    } else if (pressed === "suspend") {
      terminal.suspend();
    } else {
      if (pressed === "reset") top.reset();
      else top.view = pressed;
      draw();
    }
  };
  const leave = terminal.open({ onKey, onResize: draw });
  const release = options.io.onInterrupt(leave);
  try {
    const reading = readLive(source, top, async (bytes) => {
      if (Date.now() - drawnAt >= PICTURE_MS) draw();
      return options.onBytes(bytes);
    });
    const ended = reading.then(
      (end) => {
        top.message = `${endText(end)} Press q.`;
        draw();
      },
      (error: unknown) => {
        if (top.isEmpty) throw error;
        top.message = `${error instanceof Error ? error.message : String(error)}. Press q.`;
        draw();
      },
    );
    await Promise.race([wantsOut, ended.then(() => wantsOut)]);
    source.stop();
    await Promise.race([ended, delay(LAST_WORDS_MS, undefined, { ref: false })]);
  } finally {
    release();
    leave();
  }
}

/** The whole screen. Each line is cleared before it is written: behind a full one, its end would be. */
function picture(lines: readonly string[]): string {
  return `\u001b[H${lines.map((line) => `\u001b[K${line}`).join("\r\n")}`;
}

/** Why nothing comes any more. */
export function endText({ footer, damages }: LiveEnd): string {
  const reason =
    footer === undefined
      ? "The stream ended without a last word: the agent was ended, or the connection."
      : `The recording ended: ${footer.message === "" ? "done" : footer.message}.`;
  return damages === 0 ? reason : `${reason} ${damages} records were damaged.`;
}
