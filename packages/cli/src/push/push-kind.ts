// SPDX-License-Identifier: MIT

import { gzipSync } from "node:zlib";
import {
  type FormatName,
  formatByName,
  type ReportInput,
  rejectedProfiles,
  visibleExcerpt,
  writeRawRequest,
} from "@pyspy/report";
import { PushError } from "../errors.ts";
import { checkGrpcWebAnswer, grpcWebFrame } from "./grpc-web.ts";

/** Labels of what is pushed: "service_name", "host", "pod". */
export type PushLabels = ReadonlyMap<string, string>;

/** How a server is spoken to. */
export interface PushKind {
  readonly name: "pyroscope" | "parca" | "otlp";
  /** Below the server's URL. */
  readonly path: string;
  readonly format: FormatName;
  readonly contentType: string;
  /** The body is compressed, and says so; what is inside of JSON is compressed already. */
  readonly gzip: boolean;
  /** What a label may be called; `undefined`: anything. */
  readonly labelName: RegExp | undefined;
  body(profile: Uint8Array, labels: PushLabels): Uint8Array<ArrayBuffer>;
  /** @throws PushError where an answer of success is none: of another server, or about a part alone. */
  checkAnswer(body: Uint8Array, headers: Headers): void;
}

const LONGEST_TYPE = 100;
const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** By the Connect protocol, in which labels may have any value; `__name__` begins the names of its profile types. */
const pyroscope: PushKind = {
  name: "pyroscope",
  path: "/push.v1.PusherService/Push",
  format: "pprof",
  contentType: "application/json",
  gzip: false,
  labelName: LABEL_NAME,
  body: (profile, labels) => {
    const list = labelList(new Map([["__name__", "wall"], ...labels]));
    const samples = [{ rawProfile: Buffer.from(profile).toString("base64") }];
    return Buffer.from(JSON.stringify({ series: [{ labels: list, samples }] }));
  },
  checkAnswer: (_, headers) => checkType(headers, "application/json"),
};

/** By gRPC-Web: over HTTP its gateway is not where one would look for it, and any path answers 200 with a page. */
const parca: PushKind = {
  name: "parca",
  path: "/parca.profilestore.v1alpha1.ProfileStoreService/WriteRaw",
  format: "pprof",
  contentType: "application/grpc-web+proto",
  gzip: false,
  labelName: LABEL_NAME,
  body: (profile, labels) =>
    grpcWebFrame(writeRawRequest(profile, new Map([["__name__", "pyspy"], ...labels]))),
  checkAnswer: checkGrpcWebAnswer,
};

/** OTLP over HTTP: the request has the shape of the file that we write. Labels are resource attributes in it. */
const otlp: PushKind = {
  name: "otlp",
  path: "/v1development/profiles",
  format: "otlp",
  contentType: "application/x-protobuf",
  gzip: true,
  labelName: undefined,
  body: (profile) => gzipSync(profile),
  checkAnswer: (body, headers) => {
    checkType(headers, "application/x-protobuf");
    const rejected = rejectedProfiles(body);
    if (rejected === undefined) return;
    throw new PushError(`the server took only a part: ${rejected}`, { permanent: true });
  },
};

export const pushKinds: readonly PushKind[] = [pyroscope, parca, otlp];

/** What the format makes of the input, as bytes. */
export function renderProfile({ format }: PushKind, input: ReportInput): Uint8Array {
  const pieces = [...formatByName(format)!.render(input)].map((piece) => Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  return format === "pprof" ? gzipSync(bytes) : bytes;
}

function labelList(labels: PushLabels): { name: string; value: string }[] {
  return [...labels].map(([name, value]) => ({ name, value }));
}

/** A page for people, from a proxy or another kind of server, is no answer. */
function checkType(headers: Headers, expected: string): void {
  const type = headers.get("content-type") ?? "";
  if (type.split(";", 1)[0]!.trim().toLowerCase() === expected) return;
  const found = type === "" ? "nothing" : visibleExcerpt(type, LONGEST_TYPE);
  throw new PushError(`the server answered with ${found}, not ${expected}: is it of that --kind?`, {
    permanent: true,
  });
}
