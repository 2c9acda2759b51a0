// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { expect, test } from "vitest";
import { uniqueIds } from "./unique-ids.ts";

test("numbers are the kernel's where they can be", () => {
  const profile = {
    processes: [{ pid: 10 }, { pid: 20 }, { pid: 10 }],
    threads: [
      { process: 0, tid: 10n },
      { process: 0, tid: 11n },
      { process: 0, tid: 0n },
      { process: 1, tid: 20n },
      { process: 2, tid: 10n },
      { process: 2, tid: 11n },
    ],
  } as unknown as Profile;
  const { pid, tid } = uniqueIds(profile);
  const made = 2 ** 22 + 1;
  expect(pid).toEqual([10, 20, made]);
  expect(tid).toEqual([10, 11, made + 1, 20, made, made + 2]);
});
