// SPDX-License-Identifier: MIT

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import { emitKeypressEvents } from "node:readline";
import { ReadStream } from "node:tty";
import type { CliTerminal, TerminalHandlers } from "../cli-io.ts";

/** Another screen, without a cursor, on which long lines are cut; and back. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

/** The terminal of this process; `undefined`: it has none that shows a screen and hears keys. */
export function processTerminal(): CliTerminal | undefined {
  const { stdout, env } = process;
  if (!stdout.isTTY || env["TERM"] === "dumb") return undefined;
  const keyboard = openKeyboard();
  if (keyboard === undefined) return undefined;
  // From Ctrl-Z until the screen is taken again: a picture in between would stay on the shell's screen.
  let suspended = false;
  return {
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    unicode: /utf-?8/i.test(env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || ""),
    open: ({ onKey, onResize }) => {
      const onEnter = (): void => {
        suspended = false;
        onResize();
      };
      return openScreen(keyboard, { onKey, onResize }, onEnter);
    },
    suspend: () => {
      suspended = true;
      suspendToShell(keyboard);
    },
    write: (text) => {
      // A terminal that is slower than we are misses pictures, rather than have them queue up.
      if (!suspended && !stdout.writableNeedDrain) stdout.write(text);
    },
  };
}

/** Standard input may be a stream that is looked at: then the keys come from the terminal itself. */
function openKeyboard(): ReadStream | undefined {
  if (process.stdin.isTTY) return process.stdin as ReadStream;
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    return undefined;
  }
}

function openScreen(
  keyboard: ReadStream,
  { onKey, onResize }: TerminalHandlers,
  onEnter: () => void,
): () => void {
  const guard = startGuard();
  const press = (_: unknown, key: Parameters<TerminalHandlers["onKey"]>[0]): void => onKey(key);
  const enter = (): void => {
    keyboard.setRawMode(true);
    writeSync(1, ENTER);
    onEnter();
  };
  let left = false;
  const leave = (): void => {
    if (left) return;
    left = true;
    process.off("exit", leave);
    process.off("SIGCONT", enter);
    process.stdout.off("resize", onResize);
    keyboard.off("keypress", press);
    try {
      keyboard.setRawMode(false);
      writeSync(1, LEAVE);
    } catch {
      // The terminal is gone: nobody is left to be shown anything.
    }
    keyboard.destroy();
    guard.stdin?.end("left\n");
  };
  emitKeypressEvents(keyboard);
  keyboard.on("keypress", press);
  keyboard.resume();
  process.stdout.on("resize", onResize);
  process.on("exit", leave);
  process.on("SIGCONT", enter);
  enter();
  return leave;
}

function suspendToShell(keyboard: ReadStream): void {
  keyboard.setRawMode(false);
  writeSync(1, LEAVE);
  process.kill(process.pid, "SIGSTOP");
}

/**
 * A shell that waits for the end of this process, and gives the terminal back if this process could not,
 * as it was killed.
 */
function startGuard(): ChildProcess {
  const script = `read -r left || { stty "$1" <&1 2>/dev/null; printf '%b' "$2"; }`;
  const back = LEAVE.replaceAll("\u001b", "\\033");
  const guard = spawn("sh", ["-c", script, "sh", terminalMode(), back], {
    stdio: ["pipe", 1, "ignore"],
    detached: true,
  });
  guard.on("error", () => {}); // without a shell there is none
  guard.stdin?.on("error", () => {});
  guard.unref();
  (guard.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return guard;
}

function terminalMode(): string {
  try {
    return execFileSync("stty", ["-g"], { stdio: [1, "pipe", "ignore"], encoding: "utf8" }).trim();
  } catch {
    return "sane";
  }
}
