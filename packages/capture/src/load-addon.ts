// SPDX-License-Identifier: MIT

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { agentHost } from "./agent-host.ts";
import { type AgentAttempt, AgentMissingError } from "./agent-missing-error.ts";

/** A recording of the addon, in a thread of its own. native/addon/node_recording.h */
export interface NativeRecording {
  /** The bytes since the last call, once there are some; at the end the agent's exit code. */
  next(): Promise<Uint8Array | number>;
  /** Asks it to end. */
  stop(): void;
}

/** The agent as a part of Node. */
export interface Addon {
  /** Begins to record: the agent's command line, and who is told what it has to say. */
  readonly Recording: new (
    argv: readonly string[],
    onMessage: (text: string) => void,
  ) => NativeRecording;
  readonly version: string;
}

const FILE = "pyspy-capture.node";

/**
 * The addon: of the local build, native/build in this package, or of the platform package, for
 * instance @pyspy/capture-linux-x64.
 *
 * @throws AgentMissingError with every attempt, when none can be loaded.
 */
export function loadAddon(packageDirectory: URL = new URL("../", import.meta.url)): Addon {
  const host = agentHost();
  const packaged = `@pyspy/capture-${host.platform}-${host.architecture}`;
  const build = fileURLToPath(new URL(`native/build/${FILE}`, packageDirectory));
  const require = createRequire(new URL("package.json", packageDirectory));
  const places = [
    { source: "local-build", location: build, id: build, absence: "does not exist" },
    {
      source: "platform-package",
      location: packaged,
      id: `${packaged}/bin/${FILE}`,
      absence: "is not installed",
    },
  ] as const;
  const attempts: AgentAttempt[] = [];
  for (const { source, location, id, absence } of places) {
    try {
      return require(id) as Addon;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const isAbsent = code === "MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
      // What the dynamic linker says: for another machine, another C library.
      const problem = isAbsent ? absence : `cannot be loaded: ${message.split("\n")[0]}`;
      attempts.push({ source, location, problem });
    }
  }
  throw new AgentMissingError("addon", attempts, host);
}
