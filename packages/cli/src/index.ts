// SPDX-License-Identifier: MIT
export type { CliIo, OutputSink } from "./cli-io.ts";
export { ExitCode } from "./exit-code.ts";
export { main } from "./main.ts";
export { manualPages } from "./manual/manual-pages.ts";
export { processIo } from "./process-io.ts";
