// SPDX-License-Identifier: MIT
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { afterAll, expect, it } from "vitest";
import { ANALYZE } from "../cli/built-program.ts";
import { launchBrowser, type TestBrowser } from "../support/browser.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { childrenOf, expectUnharmed } from "../support/proc.ts";
import { startSample } from "../support/sampled-program.ts";
import { until } from "../support/until.ts";

// `pyspy-analyze serve`: who gets the page, and that a browser that shows it goes on.

const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\/[\w-]{22}\//;

async function startServer(...argv: (string | number)[]): Promise<{
  server: ChildProgram;
  url: string;
  port: number;
}> {
  const args = [ANALYZE, "serve", "--every", "1s", ...argv.map(String)];
  const server = new ChildProgram({ command: process.execPath, args });
  const [url, port] = await server.says("stdout", ADDRESS);
  return { server, url, port: Number(port) };
}

function statusOf(url: string, options: object): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on("error", reject)
      .end();
  });
}

/** Addresses on which somebody listens at a port, as the kernel writes them (127.0.0.1: 0100007F). */
function listeners(port: number): string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, "utf8").split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) => state === "0A" && local.endsWith(end))
    .map(([, local = ""]) => local.slice(0, -end.length));
}

const folders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith("pyspy-serve-"));

let browser: TestBrowser | undefined;
afterAll(() => browser?.close());

it("tells the page to this machine alone, and to nobody without the address", async () => {
  const { pid } = await startSample(anyInterpreter, "shares.py");
  const before = folders();
  const { server, url, port } = await startServer("-p", pid);
  expect(listeners(port)).toEqual(["0100007F"]);
  const { origin } = new URL(url);
  expect(await statusOf(origin, {})).toBe(404);
  expect(await statusOf(`${origin}/${"A".repeat(22)}/`, {})).toBe(404);
  expect(await statusOf(url, { method: "POST" })).toBe(405);
  expect(await statusOf(url, { headers: { host: "example.org" } })).toBe(403);
  await until(() => childrenOf(server.pid).length > 0);
  const [agent] = childrenOf(server.pid);
  expect((await server.kill("SIGINT")).signal).toBe("SIGINT");
  await until(() => !existsSync(`/proc/${agent}`));
  expect(folders()).toEqual(before);
  expectUnharmed(pid);
});

it("updates a page that is looked at, which stays as it was chosen", async () => {
  const { pid } = await startSample(anyInterpreter, "shares.py");
  const { url } = await startServer("-p", pid);
  browser = await launchBrowser();
  const { page, complaints } = await browser.newPage({ reaches: url });
  const samples = async (): Promise<number> => {
    const text = (await page.locator("header").textContent()) ?? "";
    return Number(/([\d,]+) (?:of [\d,]+ )?samples/.exec(text)?.[1]?.replaceAll(",", ""));
  };
  await page.goto(`${url}#gil`);
  await page.locator("header").waitFor();
  const first = await samples();
  await page.waitForEvent("load");
  await page.waitForEvent("load");
  await page.locator("header").waitFor();
  expect(await samples()).toBeGreaterThan(first);
  expect(new URL(page.url()).hash).toBe("#gil");
  expect(complaints).toEqual([]);
  expectUnharmed(pid);
});

it("says what is wrong with what it is to show", async () => {
  const args = [ANALYZE, "serve", "/nowhere/run.pspy"];
  const { status, stderr } = await new ChildProgram({ command: process.execPath, args }).ended;
  expect(status).toBe(3);
  expect(stderr).toContain("/nowhere/run.pspy");
  const { port } = await startServer("-p", (await startSample(anyInterpreter, "shares.py")).pid);
  const taken = [ANALYZE, "serve", "-p", String(process.pid), "--port", String(port)];
  expect(
    (await new ChildProgram({ command: process.execPath, args: taken }).ended).status,
  ).not.toBe(0);
});
