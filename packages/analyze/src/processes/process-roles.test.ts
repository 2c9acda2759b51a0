import { describe, expect, it } from "vitest";
import type { Process, Profile } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { compileRulePack } from "../rules/rule-pack.ts";
import { parseNamePattern } from "../select/name-pattern.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { buildCallTree } from "../tree/build-call-tree.ts";
import { selectView, type View } from "../view/select-view.ts";
import { processRoles } from "./process-roles.ts";

interface Told {
  readonly pid: number;
  readonly parent?: number;
  readonly command: string;
  readonly role?: string;
  readonly cgroup?: string;
}

/** Recorded processes that started one after the other, with a thread each that is seen once. */
function profileOf(told: readonly Told[]): Profile {
  const text = told.map((_, i) => `t${i} R: f${i % 2} 1`).join("\n");
  const profile = readCapture(captureOf(text));
  const [first] = profile.processes as [Process];
  return {
    ...profile,
    processes: told.map(({ pid, parent = 1, command, role = "", cgroup = "" }, i) => ({
      ...first,
      pid,
      parentPid: parent,
      startBootNanos: BigInt(i),
      command: command.split(" "),
      role,
      cgroup,
    })),
    threads: profile.threads.map((thread, i) => ({ ...thread, name: "MainThread", process: i })),
  };
}

function nodes(profile: Profile, processes: boolean | "role", threads = false): string[] {
  const options = { unit: "samples", lines: false, threads, processes } as const;
  const tree = buildCallTree(selectAll(profile), options);
  return Array.from({ length: tree.length }, (_, node) => {
    const { name } = tree.labels[tree.label[node]!]!;
    return `${"  ".repeat(tree.depth[node]!)}${name} ${tree.total[node]}`;
  });
}

const SERVER: readonly Told[] = [
  { pid: 10, command: "gunicorn: master [shop]" },
  { pid: 11, parent: 10, command: "gunicorn: worker [shop]" },
  { pid: 12, parent: 10, command: "gunicorn: worker [shop]" },
  { pid: 13, parent: 12, command: "/usr/bin/python3.12 report.py --port 8001" },
  // The place of a worker that died, and a pid that was used again.
  { pid: 11, parent: 10, command: "gunicorn: worker [shop]" },
];

describe("processRoles", () => {
  it.each([
    ["gunicorn: worker [shop]", "", "gunicorn worker"],
    ["[celeryd: celery@host:ForkPoolWorker-3]", "", "celery worker"],
    ["[celeryd: celery@host:MainProcess] -active- (worker)", "", "celery main"],
    [
      "/v/bin/python -c from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5) --multiprocessing-fork",
      "",
      "multiprocessing worker",
    ],
    [
      "/v/bin/python -c from multiprocessing.resource_tracker import main;main(4)",
      "",
      "multiprocessing resource_tracker",
    ],
    ["/usr/bin/python3.12 app.py --port 8001 --id 0x7f", "", "python3.12 app.py --port N --id N"],
    ["python app.py", "ForkPoolWorker-12", "ForkPoolWorker-N"],
    ["python app.py", "Process-9:1", "Process-N:N"],
    ["python app.py", "docker 17ab0c3e99d2", "docker 17ab0c3e99d2"],
  ])("%s %s: %s", (command, role, expected) => {
    expect(processRoles(profileOf([{ pid: 5, command, role }]))).toEqual([expected]);
  });

  it("tells children that run their parent's command line from it", () => {
    const roles = processRoles(
      profileOf([
        { pid: 10, command: "python app.py" },
        { pid: 11, parent: 10, command: "python app.py" },
        { pid: 12, command: "python app.py" },
      ]),
    );
    expect(roles).toEqual(["python app.py", "python app.py, child", "python app.py"]);
  });
});

describe("processes in a call tree", () => {
  it("stand below those that started them, with their command lines", () => {
    expect(nodes(profileOf(SERVER), true)).toEqual([
      "all 5",
      "  process 10: gunicorn: master [shop] 5",
      "    f0 1",
      "    process 11: gunicorn: worker [shop] 2",
      "      f0 1",
      "      f1 1",
      "    process 12: gunicorn: worker [shop] 2",
      "      f0 1",
      "      process 13: /usr/bin/python3.12 report.py --port 8001 1",
      "        f1 1",
    ]);
  });

  it("are one by role, recycled ones too", () => {
    expect(nodes(profileOf(SERVER), "role", true)).toEqual([
      "all 5",
      "  gunicorn master 1",
      "    MainThread 1",
      "      f0 1",
      "  gunicorn worker (3 processes) 3",
      "    MainThread 3",
      "      f0 2",
      "      f1 1",
      "  python3.12 report.py --port N 1",
      "    MainThread 1",
      "      f1 1",
    ]);
  });

  it("have the roles that rule packs give them, before any other", () => {
    const pack = compileRulePack({
      name: "shop",
      fold: [],
      roles: [
        { role: "shop", command: "\\[shop\\]" },
        { role: "never", command: "worker" },
      ],
    });
    const profile = profileOf(SERVER);
    const selection = selectView(profile, {
      foldPlumbing: [pack],
      roles: [parseNamePattern("^shop")],
    });
    expect(selection.totals.samples).toBe(4);
    expect(processRoles(selection.profile)).toEqual([
      ...["shop", "shop", "shop"],
      "python3.12 report.py --port N",
      "shop",
    ]);
    expect(selection.recorded).toBe(profile);
  });

  it("have the roles of their control groups, if asked, and those of rule packs before", () => {
    const told: readonly Told[] = [
      { pid: 10, command: "python web.py", cgroup: "/system.slice/shop.service" },
      { pid: 11, command: "python web.py", cgroup: "/system.slice/shop.service" },
      { pid: 12, command: "python web.py", cgroup: "/system.slice/worker@2.service" },
      { pid: 13, command: "python web.py" },
    ];
    const roles = (view: View) => processRoles(selectView(profileOf(told), view).profile);
    const groups = ["shop.service", "shop.service", "worker@.service", "no control group"];
    expect(roles({ roleFrom: "cgroup" })).toEqual(groups);
    const rules = [
      { role: "batch", command: "web", cgroup: "^/system\\.slice/worker@" },
      { role: "none", command: "other", cgroup: "shop" },
    ];
    const foldPlumbing = [compileRulePack({ name: "shop", fold: [], roles: rules })];
    expect(roles({ roleFrom: "cgroup", foldPlumbing })).toEqual(groups.with(2, "batch"));
    expect(roles({ foldPlumbing })[2]).toBe("batch");
  });

  it("are chosen by role", () => {
    const roles = [parseNamePattern("worker$")];
    const { totals, steps } = selectView(profileOf(SERVER), { roles });
    expect(totals.samples).toBe(3);
    expect(steps[0]).toMatchObject({ removes: "processes whose role does not match /worker$/" });
  });
});
