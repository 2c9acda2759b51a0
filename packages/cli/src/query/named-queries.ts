// SPDX-License-Identifier: MIT

/** A question that is ready to be asked: SQL on the views, which can be copied and changed. */
export interface NamedQuery {
  readonly name: string;
  /** What it answers, in words. */
  readonly about: string;
  readonly sql: string;
}

/** Seconds of a column of nanoseconds, added up. */
const seconds = (expression: string, name: string): string => `sum(${expression}) / 1e9 AS ${name}`;

export const namedQueries: readonly NamedQuery[] = [
  {
    name: "top-functions",
    about: "functions by time of their own, threads that were idle left out",
    sql: `WITH self AS (
  SELECT function, file, ${seconds("wall_ns", "self_s")}
  FROM sample_details WHERE NOT idle AND function IS NOT NULL GROUP BY ALL
), total AS (
  SELECT function, file, ${seconds("wall_ns", "total_s")}
  FROM samples JOIN stack_functions USING (capture_id, stack_id) WHERE NOT idle GROUP BY ALL
)
SELECT coalesce(self_s, 0) AS self_s, total_s, function, file
FROM total LEFT JOIN self USING (function, file)
ORDER BY self_s DESC, total_s DESC, function, file`,
  },
  {
    name: "top-lines",
    about: "lines by time of their own, threads that were idle left out",
    sql: `SELECT ${seconds("wall_ns", "self_s")}, function, file, line
FROM sample_details WHERE NOT idle AND function IS NOT NULL
GROUP BY function, file, line ORDER BY self_s DESC, function, file, line`,
  },
  {
    name: "modules",
    about: "modules by time of their own, threads that were idle left out",
    sql: `SELECT ${seconds("wall_ns", "self_s")}, module, any_value(owner) AS owner
FROM sample_details WHERE NOT idle AND function IS NOT NULL
GROUP BY module ORDER BY self_s DESC, module`,
  },
  {
    name: "threads",
    about: "what each thread did with its time",
    sql: `SELECT capture, pid, tid, thread, ${seconds("wall_ns", "wall_s")},
  coalesce(sum(wall_ns) FILTER (NOT idle), 0) / 1e9 AS active_s, ${seconds("cpu_ns", "cpu_s")},
  coalesce(sum(wall_ns) FILTER (gil = 'held'), 0) / 1e9 AS gil_s,
  coalesce(sum(wall_ns) FILTER (gil = 'waiting'), 0) / 1e9 AS gil_wait_s
FROM sample_details GROUP BY capture_id, thread_id, capture, pid, tid, thread
ORDER BY active_s DESC, capture, pid, tid`,
  },
  {
    name: "processes",
    about: "what each process did with the time of its threads",
    sql: `SELECT capture, host, pid, role, count(DISTINCT thread_id) AS threads,
  ${seconds("wall_ns", "wall_s")},
  coalesce(sum(wall_ns) FILTER (NOT idle), 0) / 1e9 AS active_s, ${seconds("cpu_ns", "cpu_s")},
  coalesce(sum(wall_ns) FILTER (gil = 'held'), 0) / 1e9 AS gil_s,
  coalesce(sum(wall_ns) FILTER (gil = 'waiting'), 0) / 1e9 AS gil_wait_s
FROM sample_details GROUP BY capture_id, process_id, capture, host, pid, role
ORDER BY active_s DESC, capture, pid`,
  },
  {
    name: "captures",
    about: "each capture: how much it holds, and its busiest function",
    sql: `WITH self AS (
  SELECT capture_id, function, sum(wall_ns) AS self_ns
  FROM sample_details WHERE NOT idle AND function IS NOT NULL GROUP BY ALL
), busiest AS (
  SELECT capture_id, function, self_ns / 1e9 AS self_s FROM self
  QUALIFY row_number() OVER (PARTITION BY capture_id ORDER BY self_ns DESC, function) = 1
)
SELECT capture, start_time, sum(samples) AS samples, ${seconds("wall_ns", "wall_s")},
  ${seconds("cpu_ns", "cpu_s")}, any_value(function) AS busiest, any_value(self_s) AS busiest_s
FROM samples JOIN captures USING (capture_id) LEFT JOIN busiest USING (capture_id)
GROUP BY capture_id, capture, start_time ORDER BY start_time, capture`,
  },
  {
    name: "gil",
    about: "functions by the time in which they held the GIL, and in which they waited for it",
    sql: `SELECT coalesce(sum(wall_ns) FILTER (gil = 'held'), 0) / 1e9 AS held_s,
  coalesce(sum(wall_ns) FILTER (gil = 'waiting'), 0) / 1e9 AS waited_s, function, file
FROM sample_details WHERE gil IN ('held', 'waiting') AND function IS NOT NULL
GROUP BY function, file ORDER BY held_s DESC, waited_s DESC, function, file`,
  },
  {
    name: "timeline",
    about: "each second of each capture; what reaches into several is divided",
    sql: `WITH starts AS (
  SELECT capture_id, min(offset_ns) AS start_ns FROM samples GROUP BY capture_id
), runs AS (
  SELECT capture_id, offset_ns - start_ns AS from_ns, offset_ns - start_ns + wall_ns AS to_ns,
    wall_ns, cpu_ns, idle, gil
  FROM samples JOIN starts USING (capture_id) WHERE wall_ns > 0
), seconds AS (
  SELECT *, unnest(range(from_ns // 1000000000, (to_ns - 1) // 1000000000 + 1)) AS second FROM runs
), parts AS (
  SELECT *, least(to_ns, (second + 1) * 1000000000) - greatest(from_ns, second * 1000000000) AS ns
  FROM seconds
)
SELECT capture, second, ${seconds("ns", "wall_s")},
  coalesce(sum(ns) FILTER (NOT idle), 0) / 1e9 AS active_s,
  sum(cpu_ns * (ns / wall_ns)) / 1e9 AS cpu_s,
  coalesce(sum(ns) FILTER (gil = 'held'), 0) / 1e9 AS gil_s,
  coalesce(sum(ns) FILTER (gil = 'waiting'), 0) / 1e9 AS gil_wait_s
FROM parts JOIN captures USING (capture_id)
GROUP BY capture_id, capture, second ORDER BY capture, second`,
  },
  {
    name: "recursion",
    about: "functions that are on a stack more than once: how often at most, and for how long",
    sql: `SELECT max(times) AS deepest, ${seconds("wall_ns", "total_s")}, function, file
FROM samples JOIN stack_functions USING (capture_id, stack_id)
WHERE times > 1 GROUP BY function, file ORDER BY total_s DESC, function, file`,
  },
  {
    name: "off-cpu",
    about: "where threads were blocked: asleep, waiting for a lock or for input",
    sql: `SELECT ${seconds("wall_ns", "blocked_s")}, count(DISTINCT (capture_id, thread_id)) AS threads,
  function, file
FROM sample_details WHERE idle AND function IS NOT NULL
GROUP BY function, file ORDER BY blocked_s DESC, function, file`,
  },
];
