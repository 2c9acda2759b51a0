// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import { builtInRulePacks, type Profile, parseNamePattern, readCapture } from "../index.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { selectView, type View } from "./select-view.ts";
import { keptThreads } from "./thread-filters.ts";

/** Two processes in control groups of their own, the first with a server's command line. */
function twoProcesses(): Profile {
  const profile = readCapture(captureOf("main R: work 4\nother R: work 4\nthird R: work 4"));
  const [process] = profile.processes;
  return {
    ...profile,
    processes: [
      { ...process!, cgroup: "/system.slice/web.service", command: ["gunicorn: worker [app]"] },
      { ...process!, pid: 43, cgroup: "/system.slice/jobs.service", command: ["python", "a.py"] },
    ],
    threads: profile.threads.map((each, at) => ({ ...each, process: at === 0 ? 0 : 1 })),
  };
}

const role = (text: string): Pick<View, "roles"> => ({ roles: [parseNamePattern(text)] });

test.each<[string, View]>([
  ["nothing", {}],
  ["a process", { pids: [43] }],
  ["a role of the command line", role("gunicorn")],
  ["a role of the control group", { ...role("jobs"), roleFrom: "cgroup" }],
  ["a role of a rule pack", { ...role("worker"), foldPlumbing: builtInRulePacks }],
  ["a thread of a process", { pids: [43], threadNames: [parseNamePattern("third")] }],
  ["no thread", { pids: [44] }],
])("%s: kept are the threads whose runs are selected", (_, view) => {
  const profile = twoProcesses();
  const { runs } = selectView(profile, { ...view, idle: true });
  const seen = [...new Set([...runs].map((run) => profile.samples.thread[run]!))];
  expect([...(keptThreads(profile, view) ?? [0, 1, 2])].sort()).toEqual(seen.sort());
});
