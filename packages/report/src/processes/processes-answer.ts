// SPDX-License-Identifier: MIT

import {
  accountForProcesses,
  hostOf,
  type Process,
  type ProcessAccount,
  type Profile,
} from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput, totalsJson } from "../document/answer-frame.ts";
import { type Section, tableOf } from "../document/document.ts";
import type { Json } from "../document/json.ts";
import { processTitle } from "../heading/recorded-title.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatPercent } from "../text/format-number.ts";
import { formatOffset } from "../text/format-time.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

/** What each process did with its time, children below their parents: a table of at most so many rows. */
export function processesAnswer(input: QuestionInput, rows: number): Answer {
  const { profile } = input.selection;
  const accounts = accountForProcesses(input.selection);
  return frameAnswer(input, {
    question: "processes",
    sections: [section(profile, accounts, rows)],
    json: { processes: accounts.map((account) => accountJson(profile, account)) },
  });
}

function section(profile: Profile, accounts: readonly ProcessAccount[], most: number): Section {
  const hosts = hostsOf(profile);
  const host = (process: Process): string[] =>
    hosts === undefined ? [] : [visibleExcerpt(hosts[process.recording]!, 40)];
  const table = tableOf(
    [
      ...(hosts === undefined ? [] : [{ heading: "host", align: "left" } as const]),
      { heading: "pid", align: "right" },
      { heading: "from", align: "right" },
      { heading: "to", align: "right" },
      { heading: "threads", align: "right" },
      { heading: "active", align: "right" },
      { heading: "CPU", align: "right" },
      { heading: "GIL", align: "right" },
      { heading: "ended", align: "left" },
      { heading: "command", align: "left" },
    ],
    accounts,
    (account) => {
      const process = profile.processes[account.process]!;
      const lasted = account.endNanos - account.startNanos;
      return [
        ...host(process),
        String(process.pid),
        formatOffset(account.startNanos),
        formatOffset(account.endNanos),
        formatCount(account.threads),
        formatDuration(account.activeNanos),
        formatDuration(account.totals.cpuNanos),
        formatPercent(account.gilNanos, lasted),
        endText(process.exit),
        `${"  ".repeat(Math.min(account.depth, 8))}${visibleExcerpt(titleOf(process), 200)}`,
      ];
    },
    most,
  );
  const lines = [
    "Active and CPU time are sums over threads; GIL: the share of its time in which one held it.",
  ];
  return { title: "Processes", lines, table };
}

/** The host of each recording; `undefined`: nobody says which, or there is but one. */
function hostsOf({ recordings }: Profile): string[] | undefined {
  const hosts = recordings.map(({ header }) => hostOf(header));
  return new Set(hosts).size > 1 ? hosts : undefined;
}

/** Workers of multiprocessing have the command line of their parent, or one that tells nothing. */
function titleOf(process: Process): string {
  const title = processTitle(process);
  return process.role === "" ? title : `${process.role}: ${title}`;
}

function endText(exit: Profile["processes"][number]["exit"]): string {
  if (exit === undefined) return "";
  if (exit.signal !== undefined) return `signal ${exit.signal}`;
  return exit.status === undefined ? "yes" : `status ${exit.status}`;
}

function accountJson(profile: Profile, account: ProcessAccount): Json {
  const process = profile.processes[account.process]!;
  const { pid, parentPid, command, executable, role, cgroup, python, exit } = process;
  const nanos = Math.round;
  return {
    pid,
    parentPid,
    host: hostOf(profile.recordings[process.recording]!.header),
    depth: account.depth,
    command,
    executable,
    role: role === "" ? null : role,
    cgroup: cgroup === "" ? null : cgroup,
    python:
      python === undefined
        ? null
        : { version: python.version, implementation: python.implementation },
    threads: account.threads,
    ...totalsJson(account.totals),
    startNanos: nanos(account.startNanos),
    endNanos: nanos(account.endNanos),
    activeNanos: nanos(account.activeNanos),
    gilNanos: nanos(account.gilNanos),
    gilWaitNanos: nanos(account.gilWaitNanos),
    exit:
      exit === undefined
        ? null
        : { timeNanos: exit.timeNanos, status: exit.status ?? null, signal: exit.signal ?? null },
  };
}
