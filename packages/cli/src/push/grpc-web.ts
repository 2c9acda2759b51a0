// SPDX-License-Identifier: MIT

import { visibleExcerpt } from "@pyspy/report";
import { PushError } from "../errors.ts";

// gRPC-Web: gRPC's messages over any HTTP, with the trailers as the last part of the body.

const HEAD_BYTES = 5;
const TRAILERS = 0x80;
const LONGEST_MESSAGE = 500;
/** Deadline exceeded, resource exhausted, unavailable: what may pass. */
const TRANSIENT = new Set(["4", "8", "14"]);

/** One message as the body of a request. */
export function grpcWebFrame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEAD_BYTES + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, HEAD_BYTES);
  return frame;
}

/** @throws PushError unless the call ended well. */
export function checkGrpcWebAnswer(body: Uint8Array, headers: Headers): void {
  const trailers = new Map([...headers, ...trailersOf(body)]);
  const status = trailers.get("grpc-status");
  if (status === "0") return;
  if (status === undefined)
    throw new PushError("the server did not answer a call", { permanent: true });
  const message = visibleExcerpt(decoded(trailers.get("grpc-message") ?? ""), LONGEST_MESSAGE);
  throw new PushError(
    `the server answered with gRPC status ${visibleExcerpt(status, 20)}: ${message}`,
    {
      permanent: !TRANSIENT.has(status),
    },
  );
}

/** Messages are percent-encoded; what is not well encoded stays as it is. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

function* trailersOf(body: Uint8Array): Generator<readonly [string, string]> {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at + HEAD_BYTES <= body.length; ) {
    const end = at + HEAD_BYTES + view.getUint32(at + 1);
    if (body[at] === TRAILERS) {
      const text = Buffer.from(body.subarray(at + HEAD_BYTES, end)).toString("latin1");
      for (const line of text.split("\r\n")) {
        const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
        if (name !== undefined) yield [name.toLowerCase(), value!];
      }
    }
    at = end;
  }
}
