// SPDX-License-Identifier: MIT

import { setTimeout as sleep } from "node:timers/promises";
import { visibleExcerpt } from "@pyspy/report";
import { PushError } from "../errors.ts";

export interface PushRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface SendOptions {
  /** For one attempt, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** How often it is tried again. */
  readonly retries: number;
  /** Is told before each further attempt. */
  readonly onRetry: (reason: string, waitMs: number) => Promise<void>;
  /** @throws PushError where an answer of success is none. */
  readonly checkAnswer: (body: Uint8Array, headers: Headers) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
const LONGEST_MESSAGE = 500;
/** An answer is a few words; more is not read. */
const MOST_ANSWER_BYTES = 1 << 20;
/** The server is busy, or stands behind something that cannot reach it at the moment. */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Posts a request, again and again after longer and longer times where that may help.
 *
 * @throws PushError
 */
export async function sendRequest(request: PushRequest, options: SendOptions): Promise<void> {
  const { retries, onRetry, wait = sleep } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      await sendOnce(request, options);
      return;
    } catch (error) {
      if (!(error instanceof PushError) || error.permanent || attempt >= retries) throw error;
      const pause = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2);
      const waitMs = Math.min(pause, LONGEST_WAIT_MS);
      await onRetry(error.message, waitMs);
      await wait(waitMs);
    }
  }
}

async function sendOnce(
  { url, headers, body }: PushRequest,
  { timeoutMs, checkAnswer }: SendOptions,
): Promise<void> {
  let response: Response;
  let answer: Uint8Array;
  try {
    response = await fetch(url, {
      method: "POST",
      headers,
      body,
      // Elsewhere, a header that is a secret has no business.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await readAnswer(response);
  } catch (error) {
    throw new PushError(`no answer from ${url.host}: ${reasonOf(error, timeoutMs)}`, {
      cause: error,
    });
  }
  if (response.ok) {
    checkAnswer(answer, response.headers);
    return;
  }
  const { status } = response;
  const location = response.headers.get("location");
  const said =
    location === null ? messageOf(answer) : `it is at ${visibleExcerpt(location, LONGEST_MESSAGE)}`;
  throw new PushError(`${url.host} answered ${status}${said === "" ? "" : `: ${said}`}`, {
    permanent: !TRANSIENT.has(status),
    status,
    retryAfterMs: retryAfter(response.headers.get("retry-after")),
  });
}

async function readAnswer({ body }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(pieces);
}

/** The server's own words: the message of a JSON object, else the first of the text. */
function messageOf(answer: Uint8Array): string {
  const text = Buffer.from(answer).toString().trim();
  let message = text;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed) {
      message = String(parsed.message);
    }
  } catch {
    // Text, or bytes.
  }
  return visibleExcerpt(message, LONGEST_MESSAGE);
}

/** Milliseconds; `undefined`: not said, or not understood. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(at - Date.now(), 0);
}

/** fetch() says "fetch failed", and in the cause why. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `none in ${timeoutMs / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const told = cause instanceof Error ? cause : error;
  const code = (told as NodeJS.ErrnoException).code;
  const message =
    told instanceof Error && told.message !== "" ? told.message : String(code ?? told);
  return visibleExcerpt(message, LONGEST_MESSAGE);
}
