// SPDX-License-Identifier: MIT

import type { AgentHost } from "./agent-missing-error.ts";

/** This machine, as far as it matters for finding an agent that runs on it. */
export function agentHost(
  platform: string = process.platform,
  architecture: string = process.arch,
): AgentHost {
  return { platform, architecture, libc: platform === "linux" ? libcName() : undefined };
}

// Node's diagnostic report names the C library it was linked with only where that is glibc; on Linux
// the other one that Node is built for is musl. The agent is static: this is said for the reader of
// an error message, not to choose a binary.
let libc: string | undefined;

function libcName(): string {
  if (libc === undefined) {
    const { header } = process.report.getReport() as {
      header?: { glibcVersionRuntime?: string };
    };
    const version = header?.glibcVersionRuntime;
    libc = version === undefined ? "musl" : `glibc ${version}`;
  }
  return libc;
}
