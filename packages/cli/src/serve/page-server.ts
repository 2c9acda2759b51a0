// SPDX-License-Identifier: MIT

import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A page that is served to this machine alone. */
export interface PageServer {
  /** With the token, without which nothing is told. */
  readonly url: string;
  close(): void;
}

const HOST = "127.0.0.1";
const TOKEN_BYTES = 16;

/**
 * Serves one page on the loopback interface, at a path that nobody can guess.
 *
 * @param html the page as it is now; why there is none is told in its place.
 * @param port 0: any that is free.
 * @throws the system's error where the port cannot be had.
 */
export async function servePage(html: () => Promise<string>, port: number): Promise<PageServer> {
  const path = `/${randomBytes(TOKEN_BYTES).toString("base64url")}/`;
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    const status = refusal(request, path, own);
    if (status === undefined) void answer(html, request, response);
    else response.writeHead(status).end();
  });
  server.listen(port, HOST);
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${own}${path}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The status with which a request is refused; `undefined`: it is not. */
function refusal(request: IncomingMessage, path: string, port: number): number | undefined {
  // Another site may have its name lead to this machine (DNS rebinding).
  const { host = "" } = request.headers;
  if (![HOST, "localhost"].some((name) => host === `${name}:${port}`)) return 403;
  if (!isEqual(request.url ?? "", path)) return 404;
  return request.method === "GET" || request.method === "HEAD" ? undefined : 405;
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function answer(
  html: () => Promise<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
  try {
    const page = request.method === "HEAD" ? "" : await html();
    response.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8" }).end(page);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const plain = { ...headers, "content-type": "text/plain; charset=utf-8" };
    response.writeHead(503, plain).end(`${text}\n`);
  }
}
