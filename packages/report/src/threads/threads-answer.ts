// SPDX-License-Identifier: MIT

import { accountForThreads, type Profile, type ThreadAccount } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput, totalsJson } from "../document/answer-frame.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Section, tableOf, textSection } from "../document/document.ts";
import { functionJson, functionLabels } from "../document/function-label.ts";
import { type Json, jsonId } from "../document/json.ts";
import { threadNames } from "../document/thread-names.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatPercent } from "../text/format-number.ts";

/** What each thread did with its time: a table of at most so many rows. */
export function threadsAnswer(input: QuestionInput, rows: number): Answer {
  const { profile } = input.selection;
  const accounts = accountForThreads(input.selection);
  return frameAnswer(input, {
    question: "threads",
    sections: [section(profile, accounts, rows)],
    json: { threads: accounts.map((account) => accountJson(profile, account)) },
  });
}

function section(profile: Profile, accounts: readonly ThreadAccount[], most: number): Section {
  if (accounts.length === 0)
    return textSection("Threads", "No samples are left to show threads of.");
  const nameOf = threadNames(profile);
  const labels = functionLabels(profile);
  const cell = codeCells(labels);
  const gil = (account: ThreadAccount, nanos: number): string =>
    account.gilKnown ? formatPercent(nanos, account.totals.wallNanos) : "?";
  const table = tableOf(
    [
      { heading: "id", align: "right" },
      { heading: "time", align: "right" },
      { heading: "active", align: "right" },
      { heading: "CPU", align: "right" },
      { heading: "GIL", align: "right" },
      { heading: "waits", align: "right" },
      { heading: "name", align: "left" },
      { heading: "most in", align: "left" },
    ],
    accounts,
    (account) => {
      const { totals, activeNanos, hottest } = account;
      const { tid } = profile.threads[account.thread]!;
      return [
        tid === 0n ? "?" : String(tid),
        formatDuration(totals.wallNanos),
        formatPercent(activeNanos, totals.wallNanos),
        formatPercent(totals.cpuNanos, totals.wallNanos),
        gil(account, account.gilNanos),
        gil(account, account.gilWaitNanos),
        nameOf(account.thread),
        hottest < 0 ? "-" : cell(labels[hottest]!),
      ];
    },
    most,
  );
  const lines = [
    "Shares of the time in which it was seen: not idle, on a CPU, with the GIL, waiting for it.",
  ];
  return { title: "Threads", lines, table };
}

function accountJson(profile: Profile, account: ThreadAccount): Json {
  const { tid, pythonThreadId, name, main, process } = profile.threads[account.thread]!;
  const nanos = Math.round;
  return {
    pid: profile.processes[process]!.pid,
    tid: jsonId(tid),
    pythonThreadId: jsonId(pythonThreadId),
    name,
    main,
    ...totalsJson(account.totals),
    startNanos: nanos(account.startNanos),
    endNanos: nanos(account.endNanos),
    activeNanos: nanos(account.activeNanos),
    gilNanos: account.gilKnown ? nanos(account.gilNanos) : null,
    gilWaitNanos: account.gilKnown ? nanos(account.gilWaitNanos) : null,
    collectingNanos: nanos(account.collectingNanos),
    exceptionNanos: nanos(account.exceptionNanos),
    hottest: functionJson(profile, account.hottest),
    hottestNanos: nanos(account.hottestNanos),
  };
}
