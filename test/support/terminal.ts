// SPDX-License-Identifier: MIT
import { execFileSync, spawnSync } from "node:child_process";
import { onTestFinished } from "vitest";
import { until } from "./until.ts";

/** Why tests in a real terminal cannot run here; `undefined`: they can. */
export const noTerminal: string | undefined =
  spawnSync("tmux", ["-V"]).status === 0 ? undefined : "tmux is not installed";

let count = 0;

/** A real terminal (tmux's) in which a command runs. */
export class Terminal {
  readonly #socket = `pyspy-${process.pid}-${count++}`;
  /** Its modes before the command began, as stty(1) has them. */
  readonly modes: string;

  /** @param command of a shell, which is asked to go on once the terminal was looked at. */
  constructor(
    command: string,
    { columns = 100, rows = 24, env = {} as Record<string, string> } = {},
  ) {
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const shell = `read go; ${command}; echo ended; exec sleep 1000`;
    this.#tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      String(columns),
      "-y",
      String(rows),
      "env",
      "LANG=C.UTF-8",
      "TERM=tmux-256color",
      ...words,
      "sh",
      "-c",
      shell,
    );
    onTestFinished(({ task }) => {
      if (task.result?.state === "fail") console.error(`${command} showed\n${this.text()}`);
      spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
    });
    this.modes = this.modesNow();
    this.keys("Enter");
  }

  /** The lines of the screen. */
  text(): string {
    return this.#tmux("capture-pane", "-p");
  }

  /** The same with its colours as escapes. */
  colors(): string {
    return this.#tmux("capture-pane", "-p", "-e");
  }

  /** Presses keys: "l", "Escape", "C-c". */
  keys(...names: string[]): void {
    this.#tmux("send-keys", ...names);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** Waits until the screen matches. */
  shows(pattern: RegExp): Promise<RegExpMatchArray> {
    return until(() => this.text().match(pattern) ?? undefined);
  }

  /** What programs change of a terminal, and have to give back. */
  state(): { modes: string; alternate: string; cursor: string } {
    const [alternate = "", cursor = ""] = this.#display("#{alternate_on} #{cursor_flag}").split(
      " ",
    );
    return { modes: this.modesNow(), alternate, cursor };
  }

  modesNow(): string {
    const tty = this.#display("#{pane_tty}");
    return execFileSync("stty", ["-g", "-F", tty], { encoding: "utf8" }).trim();
  }

  /** Process ids of the programs in it whose command line begins so. */
  pids(command: string): number[] {
    const tty = this.#display("#{pane_tty}").replace("/dev/", "");
    const { stdout } = spawnSync("ps", ["-t", tty, "-o", "pid=,args="], { encoding: "utf8" });
    const lines = stdout.split("\n").map((line) => /^ *(\d+) (.*)$/.exec(line));
    return lines.flatMap((line) => (line?.[2]?.startsWith(command) ? [Number(line[1])] : []));
  }

  #display(format: string): string {
    return this.#tmux("display-message", "-p", format).trim();
  }

  #tmux(...args: string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
  }
}
