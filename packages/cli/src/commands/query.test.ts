// SPDX-License-Identifier: MIT

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { HOSTILE_NAMES } from "../../../report/src/testing/hostile-names.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-query-command-"));
  mkdirSync(join(folder, "tmp"));
  process.env["TMPDIR"] = join(folder, "tmp");
  const web = captureOf("main gil R: main;work;hot:3 6\nmain S: main;wait 4", { hostName: "web" });
  writeFileSync(join(folder, "web.pspy"), web);
  writeFileSync(join(folder, "db.pspy"), captureOf("main R: main;hot:4 5", { hostName: "db" }));
  writeFileSync(join(folder, "broken.pspy"), web.subarray(0, web.length - 40));
  writeFileSync(
    join(folder, "hosts.sql"),
    "SELECT host, sum(samples) AS n FROM sample_details GROUP BY 1 ORDER BY 1",
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder });
  const code = await main(["query", ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

it("answers about several captures as text, Markdown, JSON and CSV", async () => {
  const words = ["web.pspy", "db.pspy", "--file", "hosts.sql"];
  const text = await run(...words);
  expect(text.code).toBe(0);
  expect(text.out).toContain("2 captures\n  15 samples · 2 recordings, 150 ms");
  expect(text.out).toContain("  host   n\n  db     5\n  web   10\n");
  expect((await run(...words, "--md")).out).toContain(
    "| host | n |\n| :-- | --: |\n| db | 5 |\n| web | 10 |",
  );
  expect((await run(...words, "--csv")).out).toBe("host,n\ndb,5\nweb,10\n");
  expect(JSON.parse((await run(...words, "--json")).out)).toMatchObject({
    question: "query",
    recordings: [{ hostName: "web" }, { hostName: "db" }],
    selection: { samples: 15 },
    answer: {
      columns: [
        { name: "host", type: "VARCHAR" },
        { name: "n", type: "HUGEINT" },
      ],
      rows: [
        { host: "db", n: 5 },
        { host: "web", n: 10 },
      ],
    },
  });
});

it("takes directories and patterns, and no SQL for one", async () => {
  const sql = "SELECT * EXCLUDE (capture_id, start_time, damaged) FROM captures ORDER BY 1";
  const expected = { code: 0, out: "capture\ndb.pspy\nweb.pspy\n" };
  expect(await run("[dw]*b.pspy", sql, "--csv")).toMatchObject(expected);
  mkdirSync(join(folder, "fleet", "rack"), { recursive: true });
  copyFileSync(join(folder, "web.pspy"), join(folder, "fleet", "rack", "pod.pspy"));
  const { out } = await run("fleet", sql, "--csv");
  expect(out).toBe("capture\nfleet/rack/pod.pspy\n");
});

it("filters are applied to each capture before, and accounted for", async () => {
  const { out } = await run("web.pspy", "db.pspy", "--file", "hosts.sql", "--gil", "--json");
  expect(JSON.parse(out)).toMatchObject({
    selection: { samples: 6, filters: [{ name: "gil", dropped: { samples: 9 } }] },
    answer: { rows: [{ host: "web", n: 6 }] },
  });
  const hidden = await run(
    "web.pspy",
    "--hide",
    "hot",
    "--csv",
    "SELECT DISTINCT function FROM sample_details ORDER BY 1",
  );
  expect(hidden.out).toBe("function\nwait\nwork\n");
});

it("shows as many rows as are wanted, as wide as they are", async () => {
  const sql = "SELECT range AS i, repeat('x', 200) AS x FROM range(30)";
  const { out } = await run("web.pspy", sql);
  expect(out).toContain("… and 10 more");
  expect(out).toContain("x".repeat(200));
  expect((await run("web.pspy", sql, "-n", "0")).out).not.toContain("more");
  expect((await run("web.pspy", sql, "--csv")).out.split("\n")).toHaveLength(32);
});

it("no rows are an answer", async () => {
  const { code, out } = await run("web.pspy", "SELECT 1 WHERE false");
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/\n {2}0 rows\n$/) });
});

it("text is shown, never obeyed", async () => {
  const rows = HOSTILE_NAMES.map(
    (name) => `('${name.replaceAll("'", "''").replaceAll("\u0000", "")}')`,
  );
  writeFileSync(
    join(folder, "hostile.sql"),
    `FROM (VALUES ${rows}, (chr(27) || '[2J')) AS t("a\u001b[2J")`,
  );
  const { code, out } = await run("web.pspy", "--file", "hostile.sql", "-n", "0");
  expect(code).toBe(0);
  expect(out).not.toContain("\u001b");
  expect(out).toContain("\\x1b[2J");
});

it("CSV keeps texts with commas, quotes and line feeds, and tells an empty one from none", async () => {
  const { out } = await run(
    "web.pspy",
    "--csv",
    "SELECT 'a,b' AS a, 'say \"x\"' AS b, chr(10) AS c, '' AS d, NULL AS e, [1, 2] AS f",
  );
  expect(out).toBe('a,b,c,d,e,f\n"a,b","say ""x""","\n","",,"[1,2]"\n');
});

it("what cannot be asked is refused before anything is read", async () => {
  for (const words of [
    ["nowhere.pspy"],
    ["nowhere.pspy", "--name", "top-function"],
    ["nowhere.pspy", "--name", "gil", "--file", "hosts.sql"],
    ["nowhere.pspy", "--name", "gil", "--csv", "--json"],
    ["nowhere.pspy", "--name", "gil", "--memory", "much"],
    ["nowhere.pspy", "--name", "gil", "--memory", "0"],
    ["--name", "gil"],
    ["SELECT 1 "],
  ]) {
    expect(await run(...words), words.join(" ")).toMatchObject({ code: 2, out: "" });
  }
  expect((await run("web.pspy", "--name", "top-function")).err).toContain(
    "Did you mean top-functions?",
  );
});

it("what fails says how, and leaves nothing behind", async () => {
  expect(await run("web.pspy", "--file", "nowhere.sql")).toMatchObject({ code: 3 });
  expect(await run("web.pspy", "nowhere.pspy", "SELECT 1 AS x")).toMatchObject({ code: 3 });
  const wrong = await run("web.pspy", "SELECT nothing FROM samples");
  expect(wrong).toMatchObject({ code: 2, out: "" });
  expect(wrong.err).toMatch(/the query failed: Binder Error: .*nothing[\s\S]*docs\/query\.md/);
  const small = await run(
    "web.pspy",
    "--memory",
    "20MB",
    "SELECT len(list(range || repeat('x', 99))) FROM range(9999999)",
  );
  expect(small.err).toContain("--memory");
  const twice = await run("web.pspy", "web.pspy", "SELECT 1 AS x");
  expect(twice).toMatchObject({ code: 7, err: expect.stringContaining("are the same recording") });
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

it("a capture that is damaged is asked for what is left of it", async () => {
  const { code, out, err } = await run(
    "broken.pspy",
    "--csv",
    "SELECT sum(samples) > 0 AS some FROM samples",
  );
  expect({ code, out }).toEqual({ code: 0, out: "some\ntrue\n" });
  expect(err).toContain("warning: broken.pspy");
});

it("an answer goes into a file, which is no capture", async () => {
  const sql = "SELECT 1 AS one";
  expect(await run("web.pspy", sql, "--csv", "-o", "one.csv")).toMatchObject({ code: 0, out: "" });
  expect(readFileSync(join(folder, "one.csv"), "utf8")).toBe("one\n1\n");
  expect(await run("web.pspy", sql, "-o", "db.pspy")).toMatchObject({ code: 8 });
});

it("the ready queries are listed as SQL", async () => {
  const { code, out } = await run("--list");
  expect(code).toBe(0);
  expect(out).toMatch(/^-- top-functions: /);
  expect(out.match(/^-- /gm)).toHaveLength(10);
});

it("has no times where none were recorded", async () => {
  writeFileSync(join(folder, "raw.txt"), "main;work 3\nmain;idle 2\n");
  const sql = "SELECT sum(samples) AS n, count(offset_ns) AS o, count(time) AS t FROM samples";
  expect((await run("raw.txt", sql, "--csv")).out).toBe("n,o,t\n5,0,0\n");
});
