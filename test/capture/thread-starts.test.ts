// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { describeOnEachBuild } from "../support/on-each-python.ts";
import { allRuns, namesOf } from "../support/profile-view.ts";
import { startText } from "../support/sampled-program.ts";

/**
 * Starts threads all the time, each in a function of its own that has the thread's name. All is made
 * and dropped again at once: thread states, code objects and names take the addresses of earlier ones.
 */
const RESTLESS = `import select, sys, threading, time
clock = getattr(time, "perf_counter", time.time)
SOURCE = """
def %s():
    end = clock() + 0.004
    while clock() < end: pass
"""
def make(name):
    names = {"clock": clock}
    exec(compile(SOURCE % name, "<" + name + ">", "exec"), names)
    return names[name]
number = 0
def start():
    global number
    number += 1
    name = "work_%d" % number
    thread = threading.Thread(target=make(name), name=name)
    thread.start()
    return thread
alive = [start(), start(), start()]
sys.stdout.write("ready\\n")
sys.stdout.flush()
while not select.select([0], [], [], 0)[0]:
    alive.pop(0).join()
    alive.append(start())
for thread in alive: thread.join()`;

/**
 * Who a thread is, is found out some microseconds before its stack is read. A thread that ends just
 * then, and leaves all its addresses to a new one, cannot be told from that for one tick.
 */
const MISTAKEN_SHARE = 0.02;

describeOnEachBuild((interpreter) => {
  it("does not take a thread that has just started for another", async () => {
    const child = await startText(interpreter, RESTLESS);
    const { status, profile } = await record(["-r", 1000, "-d", 1.5, "-p", child.pid]);
    expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
    expect(await child.finish()).toMatchObject({ status: 0, stderr: "" });

    const mistaken = new Set<string>();
    const named = new Set<string>();
    for (const run of allRuns(profile)) {
      const thread = profile.threads[profile.samples.thread[run]!]!;
      const own = namesOf(profile, run).find((name) => name.startsWith("work_"));
      if (own === undefined) continue;
      if (thread.name === own) named.add(own);
      else if (thread.name.startsWith("work_") || thread.main) {
        mistaken.add(`${own} in ${thread.name}, ${thread.tid}`);
      }
    }
    expect(named.size).toBeGreaterThan(10);
    const share = mistaken.size / named.size;
    expect(share, [...mistaken].join("; ")).toBeLessThanOrEqual(MISTAKEN_SHARE);
  });
});
