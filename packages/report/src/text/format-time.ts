// SPDX-License-Identifier: MIT

/** "2026-08-22 10:11:12 UTC" of nanoseconds since 1970. Never local time: reports are passed on. */
export function formatUtc(realtimeNanos: bigint): string {
  return utcText(realtimeNanos, "2026-08-22T10:11:12".length);
}

/** "2026-08-22 10:11:12.345 UTC": what other times count from. */
export function formatUtcMillis(realtimeNanos: bigint): string {
  return utcText(realtimeNanos, "2026-08-22T10:11:12.345".length);
}

function utcText(realtimeNanos: bigint, length: number): string {
  const time = new Date(Number(realtimeNanos / 1_000_000n));
  if (Number.isNaN(time.getTime())) return "at an unknown time";
  return `${time.toISOString().slice(0, length).replace("T", " ")} UTC`;
}

/** A moment by its distance from the beginning, in seconds: "12.345 s". */
export function formatOffset(nanos: number): string {
  return `${(nanos / 1e9).toFixed(3)} s`;
}
