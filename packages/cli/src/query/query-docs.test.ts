// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCapture, selectAll } from "@pyspy/analyze";
import { captureRows, captureTables } from "@pyspy/report";
import { afterAll, beforeAll, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { CaptureDatabase } from "./capture-database.ts";
import { namedQueries } from "./named-queries.ts";
import { JOINED_VIEWS } from "./views.ts";

const docs = readFileSync(new URL("../../../../docs/query.md", import.meta.url), "utf8");

let folder: string;
let database: CaptureDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-docs-"));
  database = await CaptureDatabase.open({ memoryBytes: 500e6, folder });
  const profile = readCapture(captureOf("main gil R: main;handle;loads:7 3"));
  await database.add(captureRows(selectAll(profile), "run.pspy"));
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** The text below a heading, up to the next one. */
function section(name: string): string {
  return docs.split(`\n### ${name}\n`)[1]?.split("\n#")[0] ?? "";
}

async function columnsOf(view: string): Promise<string[][]> {
  return (await database.query(`DESCRIBE ${view}`)).rows.map((row) => row.map(String));
}

it.each(captureTables)(
  "docs/query.md has every column of $name",
  async ({ name, about, columns }) => {
    const text = section(name);
    expect(text).toContain(`A row is ${about}.`);
    const documented = [...text.matchAll(/^\| `(\w+)` +\| (\S+) +\| (.*?) *\|$/gm)];
    const found = await columnsOf(name);
    expect(documented.map(([, column, type]) => [column, type])).toEqual(
      found.map(([column, type]) => [column, type]),
    );
    for (const [, column, , says] of documented) {
      const known = columns.find((one) => one.name === column);
      if (known !== undefined) expect(says).toBe(known.about);
    }
  },
);

it.each(JOINED_VIEWS)("docs/query.md has every column of $name", async ({ name }) => {
  for (const [column] of await columnsOf(name)) expect(section(name)).toContain(`\`${column}\``);
});

it("docs/query.md lists the queries that are ready", () => {
  for (const { name } of namedQueries) expect(docs).toContain(`\n| \`${name}\` `);
});

it("every query in docs/query.md has an answer", async () => {
  const recipes = [...docs.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, sql]) => sql!);
  expect(recipes.length).toBeGreaterThan(2);
  for (const sql of recipes) expect((await database.query(sql)).rows, sql).not.toEqual([]);
});
