// SPDX-License-Identifier: MIT

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { repositoryScript } from "./repository-script.ts";

/** A page and what it complained about. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings, and uncaught exceptions, as they come. */
  readonly complaints: readonly string[];
  /** Console messages of all kinds. */
  readonly messages: readonly string[];
}

export interface PageOptions {
  readonly javaScriptEnabled?: boolean;
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What may be asked for beside files: addresses that begin so, of a server of the test's own. */
  readonly reaches?: string;
  /** Answers to requests, by address; anything else that is not a file is refused. */
  readonly answers?: Readonly<Record<string, PageAnswer>>;
}

export interface PageAnswer {
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestBrowser {
  newPage(options?: PageOptions): Promise<WatchedPage>;
  close(): Promise<void>;
}

/** Nothing that a browser does by itself may leave the machine, or differ from run to run. */
const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const SOFTWARE_WEBGL = [
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];

/**
 * Starts a headless Chromium with a profile directory of its own. Which one, and whether one must
 * be installed first, is for scripts/setup-browser.sh to say.
 */
export async function launchBrowser({
  webgl = false,
}: {
  readonly webgl?: boolean;
} = {}): Promise<TestBrowser> {
  const setup = repositoryScript("setup-browser.sh");
  const { stdout } = await promisify(execFile)("bash", [setup]);
  const browser = await chromium.launch({
    executablePath: stdout.trim(),
    args: [...QUIET, ...(webgl ? SOFTWARE_WEBGL : ["--disable-gpu"])],
  });
  return {
    newPage: (options = {}) => newPage(browser, options),
    close: () => browser.close(),
  };
}

async function newPage(browser: Browser, options: PageOptions): Promise<WatchedPage> {
  const { answers = {}, reaches, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    colorScheme: "light",
    ...rest,
  });
  const complaints: string[] = [];
  const messages: string[] = [];
  await refuseNetwork(context, { answers, reaches }, complaints);
  const page = await context.newPage();
  page.on("console", (message) => {
    messages.push(message.text());
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, complaints, messages };
}

async function refuseNetwork(
  context: BrowserContext,
  {
    answers = {},
    reaches,
  }: Pick<PageOptions, "answers"> & { readonly reaches: string | undefined },
  complaints: string[],
): Promise<void> {
  await context.route(/^(?!file:|data:|blob:)/, async (route) => {
    const url = route.request().url();
    const answer = answers[url];
    if (reaches !== undefined && url.startsWith(reaches)) await route.continue();
    else if (answer !== undefined) {
      await route.fulfill({ ...answer, headers: { ...answer.headers } });
    } else {
      complaints.push(`asked the network for ${url}`);
      await route.abort();
    }
  });
}
