// SPDX-License-Identifier: MIT

export const PERFETTO_SAMPLES = ["stack", "perf", "slices"] as const;

/**
 * How samples stand in a Perfetto trace.
 *
 * - "stack": StackSample packets, which Perfetto reads from v58 (August 2026) on.
 * - "perf": as samples of Linux perf, for older versions.
 * - "slices": no samples, but nested slices of the time that functions were on the stack.
 */
export type PerfettoSamples = (typeof PERFETTO_SAMPLES)[number];
