// SPDX-License-Identifier: MIT

import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request, as far as it has to be the same each time, and what the real server answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  /** What `describe` makes of the body. */
  readonly asked: unknown;
  readonly status: number;
  readonly answerType: string;
  readonly answer: string;
}

export interface ConversationServer {
  readonly url: string;
  /** All that was said so far. */
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

type Describe = (path: string, body: Buffer) => unknown;

/** Stands between a client and a real server, and writes down what they say. */
export function recordConversation(real: URL, describe: Describe): Promise<ConversationServer> {
  return serve(describe, async (method, path, headers, body) => {
    const answer = await forward(new URL(path, real), method, headers, body);
    return answer;
  });
}

/** Answers as a real server did before, as long as it is asked the same. */
export function replayConversation(
  recorded: readonly Exchange[],
  describe: Describe,
): Promise<ConversationServer> {
  let next = 0;
  return serve(describe, async (method, path, headers, body) => {
    const expected = recorded[next++];
    const asked = {
      method,
      path,
      contentType: headers["content-type"],
      asked: describe(path, body),
    };
    const { status = 0, answerType = "", answer = "", ...same } = expected ?? {};
    if (JSON.stringify(same) !== JSON.stringify(asked)) {
      const text = `was not asked this: ${JSON.stringify(asked)}, but ${JSON.stringify(same)}`;
      return { status: 418, answerType: "text/plain", answer: text };
    }
    return { status, answerType, answer };
  });
}

type Answer = Pick<Exchange, "status" | "answerType" | "answer">;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

async function serve(
  describe: Describe,
  respond: (method: string, path: string, headers: Headers, body: Buffer) => Promise<Answer>,
): Promise<ConversationServer> {
  const exchanges: Exchange[] = [];
  const server: Server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const { method = "", url: path = "", headers } = incoming;
    const answer = await respond(method, path, headers, body);
    const contentType = headers["content-type"] ?? "";
    exchanges.push({ method, path, contentType, asked: describe(path, body), ...answer });
    response.writeHead(answer.status, { "content-type": answer.answerType });
    response.end(answer.answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}

function forward(url: URL, method: string, headers: Headers, body: Buffer): Promise<Answer> {
  return new Promise((done, fail) => {
    const contentType = headers["content-type"];
    const request = httpRequest(url, { method, headers: { "content-type": contentType } });
    request.on("error", fail);
    request.on("response", async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      done({
        status: response.statusCode ?? 0,
        answerType: response.headers["content-type"] ?? "",
        answer: Buffer.concat(pieces).toString(),
      });
    });
    request.end(body);
  });
}
