// SPDX-License-Identifier: MIT

import {
  type Damage,
  type Profile,
  type RewriteLoss,
  type Selection,
  type SelectionSummary,
  summarize,
} from "@pyspy/analyze";
import {
  formatCount,
  formatCounted,
  formatDuration,
  formatPercent,
  type GivenSources,
  visibleText,
} from "@pyspy/report";
import type { CliIo } from "./cli-io.ts";
import { inputName } from "./errors.ts";
import type { DamagedInput } from "./input/read-inputs.ts";

/** Damages of one input that are told one by one. */
const MOST_DAMAGES = 5;

/** Recordings without an end that are told one by one. */
const MOST_UNFINISHED = 3;

/** Says on standard error which parts of the inputs could not be used. */
export async function reportDamage(inputs: readonly DamagedInput[], io: CliIo): Promise<void> {
  for (const { path, profile, damage } of inputs) {
    const name = path === undefined ? "one of the inputs" : inputName(path);
    for (const each of damage.slice(0, MOST_DAMAGES)) {
      await warn(`${name}: ${damageText(each, profile)}`, io);
    }
    const more = damage.length - MOST_DAMAGES;
    if (more > 0) await warn(`${name}: and ${formatCount(more)} more damaged places`, io);
  }
}

/**
 * Says on standard error that a recording just stops, with nothing broken in it: the file was cut
 * between two records, or is still being written.
 */
export async function reportUnfinished({ recordings, damage }: Profile, io: CliIo): Promise<void> {
  if (damage.length > 0) return;
  const unfinished = recordings.filter(({ endReason }) => endReason === undefined);
  for (const { startNanos, endNanos } of unfinished.slice(0, MOST_UNFINISHED)) {
    const here = `its first ${formatDuration(endNanos - startNanos)} are here`;
    await warn(`the recording has no end, as if the agent were killed or still at it; ${here}`, io);
  }
  const more = unfinished.length - MOST_UNFINISHED;
  if (more > 0) await warn(`and ${formatCounted(more, "more recording")} without an end`, io);
}

/** Says on standard error which source text was found and is not what was recorded, or that there was none. */
export async function reportSources({ files, misfits }: GivenSources, io: CliIo): Promise<void> {
  for (const { file, reason } of misfits.slice(0, MOST_DAMAGES)) {
    await warn(
      `--source: not the recorded ${visibleText(file)}: ${visibleText(reason)}; left out`,
      io,
    );
  }
  const more = misfits.length - MOST_DAMAGES;
  if (more > 0) await warn(`--source: and ${formatCount(more)} more files that do not fit`, io);
  if (files.length + misfits.length === 0) {
    await warn(
      "--source: no file of the recording is there; RECORDED=DIR says what DIR was then",
      io,
    );
  }
}

function damageText({ kind, offset, length, message }: Damage, profile: Profile): string {
  if (kind !== "truncated") {
    const skipped = length > 0 ? `; ${formatCounted(length, "byte")} left out` : "";
    return `damaged at byte ${formatCount(offset)}: ${message}${skipped}`;
  }
  const last = profile.recordings.at(-1)!;
  const cut = `cut after ${formatDuration(last.endNanos - last.startNanos)}`;
  if (length === 0) return `${cut}: ${message}; all before it is here`;
  const verb = length === 1 ? "is" : "are";
  return `${cut}: the last ${formatCounted(length, "byte")} ${verb} not a whole record`;
}

/** Says on standard error what the filters of an export removed. A summary says it itself. */
export async function reportBooks({ steps, edits, totals }: Selection, io: CliIo): Promise<void> {
  await reportLeftOut({ steps, edits, selected: totals }, io);
}

/** As `reportBooks`, of several inputs together. */
export async function reportLeftOut(
  { steps, edits, selected }: Pick<SelectionSummary, "steps" | "edits" | "selected">,
  io: CliIo,
): Promise<void> {
  for (const { does, changed } of edits) {
    const share = formatPercent(changed.samples, selected.samples);
    await io.stderr.write(`pyspy-analyze: ${does}: in ${share} of the samples left\n`);
  }
  if (steps.length === 0) return;
  const removed = steps.reduce((sum, { dropped }) => sum + dropped.samples, 0);
  const all = selected.samples + removed;
  const shares = steps.map(
    ({ removes, dropped }) => `${formatPercent(dropped.samples, all)} ${removes}`,
  );
  const text = `filters removed ${formatPercent(removed, all)} of samples: ${shares.join(", ")}`;
  await io.stderr.write(`pyspy-analyze: ${text}\n`);
}

/** Says on standard error why an export is empty, if it is. */
export async function reportNothingSelected(selection: Selection, io: CliIo): Promise<void> {
  if (selection.totals.samples > 0) return;
  const { recorded, steps } = selection;
  if (recorded.samples.length === 0) {
    await warn("the capture holds no samples; the output is empty", io);
    return;
  }
  const byGil = steps.some(({ name }) => name === "gil");
  const gilUnknown = summarize(selection).threads.every(({ gilShare }) => gilShare === undefined);
  const reason =
    byGil && gilUnknown
      ? "the capture does not say who held the GIL"
      : "nothing matches the filters";
  await warn(`${reason}; the output is empty`, io);
}

/** Says on standard error what of the inputs a rewriting left out, as it is damaged. */
export async function reportLosses(losses: readonly RewriteLoss[], io: CliIo): Promise<void> {
  for (const { offset, message } of losses.slice(0, MOST_DAMAGES)) {
    await warn(`damaged at byte ${formatCount(offset)}, left out: ${message}`, io);
  }
  const more = losses.length - MOST_DAMAGES;
  if (more > 0) await warn(`and ${formatCount(more)} more damaged places`, io);
}

/** Says something on standard error that is no error. */
export async function warn(text: string, io: CliIo): Promise<void> {
  await io.stderr.write(`pyspy-analyze: warning: ${text}\n`);
}
