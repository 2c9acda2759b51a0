// SPDX-License-Identifier: MIT

import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { completions } from "./completions.ts";
import { diff } from "./diff.ts";
import { dump } from "./dump.ts";
import { extract } from "./extract.ts";
import { follow } from "./follow.ts";
import { gil } from "./gil.ts";
import { inspect } from "./inspect.ts";
import { merge } from "./merge.ts";
import { plan } from "./plan.ts";
import { processes } from "./processes.ts";
import { push } from "./push.ts";
import { quality } from "./quality.ts";
import { query } from "./query.ts";
import { redact } from "./redact.ts";
import { serve } from "./serve.ts";
import { stalls } from "./stalls.ts";
import { summary } from "./summary.ts";
import { symbolize } from "./symbolize.ts";
import { threads } from "./threads.ts";
import { timeline } from "./timeline.ts";
import { top } from "./top.ts";

/** All subcommands, in the order in which help lists them. */
export const commands: readonly Command[] = [
  summary,
  top,
  diff,
  plan,
  gil,
  stalls,
  timeline,
  threads,
  processes,
  quality,
  query,
  dump,
  follow,
  serve,
  check,
  merge,
  symbolize,
  redact,
  inspect,
  extract,
  push,
  completions,
];
