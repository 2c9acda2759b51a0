// SPDX-License-Identifier: MIT

import { requireRecorded, type Selection, selectView } from "@pyspy/analyze";
import { formatDuration, type Provenance, type PushedProfile, pushAnswer } from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import { PushError, UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { readInputs } from "../input/read-inputs.ts";
import { reportDamage, reportNothingSelected, reportUnfinished, warn } from "../notices.ts";
import { answerForm } from "../options/answer-options.ts";
import { byLine, filterView } from "../options/filter-options.ts";
import { PUSH_OPTIONS, type PushOptions, pushOptions } from "../options/push-options.ts";
import { exportTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput } from "../output/write-output.ts";
import { type PushPart, planPush } from "../push/plan-push.ts";
import { renderProfile } from "../push/push-kind.ts";
import { sendRequest } from "../push/send-request.ts";
import type { Command } from "./command.ts";
import { inForm, QUESTION_OPTIONS } from "./question.ts";

export const push: Command = {
  name: "push",
  description: "send profiles to Pyroscope, Parca or an OpenTelemetry collector",
  details:
    "Nothing is sent but by this command, to the server that is named. A recording becomes a profile for each ten seconds, with their times. Labels are those that it was recorded with, its host, and yours; service_name is the service. --dry-run says what would be sent.",
  examples: [
    ["run.pspy --to http://localhost:4040 --kind pyroscope --dry-run", "what would be sent"],
    ["run.pspy --to http://localhost:4040 --kind pyroscope --label service_name=api", "send it"],
    [
      "run.pspy --to https://otel.example.com --kind otlp --header-env X-Api-Key=OTEL_KEY",
      "with a key that is in the environment",
    ],
  ],
  // Its --to is no time, and its --label no filter.
  options: { ...QUESTION_OPTIONS, ...PUSH_OPTIONS },
  async run(options, { provenance, io }) {
    const [first, ...others] = options.files;
    if (first === undefined) throw new UsageError("no capture is named");
    const inputs: [string, ...string[]] = [first, ...others];
    const form = answerForm(options);
    const how = pushOptions(options, io);
    const filters = options.renamed("to", "until").renamed("label", "with-label");
    const view = filterView(filters, io);
    const target = exportTarget(options.text("output") ?? "-", inputs, "");
    checkTarget(target, inputs, io);
    if (isOpenSecret(how)) await warn("the headers are sent unencrypted", io);
    const { profile, damaged } = await readInputs(inputs, io);
    await reportDamage(damaged, io);
    await reportUnfinished(profile, io);
    requireRecorded(profile, "times", "push");
    const selection = selectView(profile, view);
    await reportNothingSelected(selection, io);
    const profiles = await pushSelection(selection, how, byLine(options), provenance, io);
    const input = { selection, provenance, title: options.text("title") };
    const { url, kind, dryRun } = how;
    const answer = pushAnswer(input, { url: url.href, kind: kind.name, dryRun, profiles });
    await writeOutput(target, inForm(answer, form, target.kind === "stdout", io), io);
    return ExitCode.OK;
  },
};

/** @throws PushError which says how much was taken before. */
async function pushSelection(
  selection: Selection,
  how: PushOptions,
  lines: boolean,
  provenance: Provenance,
  io: CliIo,
): Promise<PushedProfile[]> {
  const profiles: PushedProfile[] = [];
  const origin = selection.recorded.originRealtimeNanos;
  for (const part of planPush(selection, how.windowNanos, how.labels)) {
    const body = bodyOf(part, how, lines, provenance);
    try {
      if (!how.dryRun) await send(body, how, io);
    } catch (error) {
      if (!(error instanceof PushError)) throw error;
      const before =
        profiles.length === 0 ? "nothing was taken" : takenUntil(part, profiles.length);
      const { status, permanent } = error;
      throw new PushError(`${error.message} (${before})`, { status, permanent });
    }
    const { samples, wallNanos } = part.selection.totals;
    const { labels, fromNanos } = part;
    const startRealtimeNanos = origin + BigInt(Math.round(fromNanos));
    profiles.push({ startRealtimeNanos, samples, wallNanos, bytes: body.length, labels });
  }
  return profiles;
}

function takenUntil({ fromNanos }: PushPart, profiles: number): string {
  return `${profiles} taken before; --from ${formatDuration(fromNanos).replace(" ", "")} goes on`;
}

function bodyOf(
  { selection, labels }: PushPart,
  { kind }: PushOptions,
  lines: boolean,
  provenance: Provenance,
): Uint8Array<ArrayBuffer> {
  const options = { unit: "wall-nanos", lines, threads: false, processes: false } as const;
  const resource = kind.name === "otlp" ? labels : undefined;
  const profile = renderProfile(kind, {
    selection,
    options: { ...options, resourceAttributes: resource },
    provenance,
  });
  return kind.body(profile, labels);
}

async function send(body: Uint8Array<ArrayBuffer>, how: PushOptions, io: CliIo): Promise<void> {
  const { kind, url, timeoutMs, retries } = how;
  const headers = {
    "Content-Type": kind.contentType,
    ...(kind.gzip ? { "Content-Encoding": "gzip" } : {}),
    ...how.headers,
  };
  const onRetry = (reason: string, waitMs: number): Promise<void> =>
    warn(`${reason}; again in ${formatDuration(waitMs * 1e6)}`, io);
  const { checkAnswer } = kind;
  await sendRequest({ url, headers, body }, { timeoutMs, retries, onRetry, checkAnswer });
}

/** Headers are secrets; on this machine nobody reads along. */
function isOpenSecret({ url, headers, dryRun }: PushOptions): boolean {
  const local = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  return !dryRun && url.protocol === "http:" && !local && Object.keys(headers).length > 0;
}
