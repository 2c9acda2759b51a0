// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { viewerPath } from "./viewers.ts";

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Perfetto's Trace Processor, with one trace loaded. */
export interface TraceProcessor {
  query(sql: string): SqlRow[];
}

/** What the trace processor's own page hands to its worker. */
interface Port {
  onmessage?: (message: { data: Uint8Array }) => void;
  postMessage(reply: Uint8Array): void;
}

// perfetto/trace_processor/trace_processor.proto, messages TraceProcessorRpcStream, -Rpc, QueryResult.
const STREAM_MESSAGE = 1;
const RPC = { sequence: 1, request: 2, appendData: 101, queryArguments: 103, queryResult: 203 };
const REQUEST = { append: 1, finalize: 2, query: 3 };
const QUERY_SQL = 1;
const RESULT = { columnName: 1, error: 2, batch: 3 };
const BATCH = { cells: 1, integers: 2, doubles: 3, strings: 5 };
const CELL = { null: 1, integer: 2, double: 3, string: 4 };

const APPEND_BYTES = 8 << 20;

/** Loads a trace of any format that Trace Processor knows. */
export async function openTrace(trace: Uint8Array): Promise<TraceProcessor> {
  const send = await start();
  for (let at = 0; at < trace.length; at += APPEND_BYTES) {
    const piece = trace.subarray(at, at + APPEND_BYTES);
    send(REQUEST.append, (rpc) => rpc.tag(RPC.appendData, WireType.LengthDelimited).bytes(piece));
  }
  send(REQUEST.finalize);
  return {
    query(sql) {
      const replies = send(REQUEST.query, (rpc) => {
        rpc.tag(RPC.queryArguments, WireType.LengthDelimited).fork();
        rpc.tag(QUERY_SQL, WireType.LengthDelimited).string(sql).join();
      });
      return readRows(replies, sql);
    },
  };
}

type Send = (request: number, more?: (rpc: BinaryWriter) => void) => Uint8Array[];

/**
 * Starts the engine that the page runs in a worker, in this process: with 32-bit addresses, which
 * every Node has, and with its code handed over instead of fetched.
 */
async function start(): Promise<Send> {
  const directory = viewerPath("trace-processor");
  const source = readFileSync(join(directory, "engine_bundle.node.js"), "utf8")
    .replace("this.useMemory64 = hasMemory64Support()", "this.useMemory64 = false")
    .replace("locateFile: (s) => s,", "locateFile: (s) => s, wasmBinary: self.wasmBinary,")
    .replace(
      "deferredRuntimeInitialized.then(() => {",
      "deferredRuntimeInitialized.then(() => { self.ready();",
    );
  const worker = {
    location: { href: "file:///engine_bundle.js" },
    wasmBinary: readFileSync(join(directory, "trace_processor.wasm")),
    onmessage: (_: { data: Port }): void => {},
    ready: (): void => {},
  };
  const ready = new Promise<void>((resolve) => {
    worker.ready = resolve;
  });
  // It reports how fast it loads; what is wrong with a trace is in its table "stats".
  const silent = { log: () => {}, warn: () => {}, error: () => {} };
  runInThisContext(`(function (self, WorkerGlobalScope, console) { ${source}\n})`)(
    worker,
    Object,
    silent,
  );
  let replies: Uint8Array[] = [];
  const port: Port = {
    postMessage: (reply) => {
      replies.push(reply);
    },
  };
  worker.onmessage({ data: port });
  await ready;
  let sequence = 0;
  return (request, more) => {
    const rpc = new BinaryWriter();
    rpc.tag(STREAM_MESSAGE, WireType.LengthDelimited).fork();
    rpc.tag(RPC.sequence, WireType.Varint).int64(sequence++);
    rpc.tag(RPC.request, WireType.Varint).int32(request);
    more?.(rpc);
    replies = [];
    port.onmessage!({ data: rpc.join().finish() });
    return replies;
  };
}

/** Calls `read` for every field of a message; it must consume it, or return false. */
function eachField(
  bytes: Uint8Array,
  read: (field: number, reader: BinaryReader) => boolean | undefined,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (read(field, reader) === false) reader.skip(type, field);
  }
}

function readRows(replies: readonly Uint8Array[], sql: string): SqlRow[] {
  const names: string[] = [];
  const values: SqlValue[] = [];
  // Replies come in pieces of one stream of messages.
  eachField(Buffer.concat(replies), (_, stream) => {
    eachField(stream.bytes(), (field, rpc) => {
      if (field !== RPC.queryResult) return false;
      eachField(rpc.bytes(), (part, result) => {
        if (part === RESULT.columnName) names.push(result.string());
        else if (part === RESULT.error) throw new Error(`${result.string()}\n${sql}`);
        else if (part === RESULT.batch) values.push(...readBatch(result.bytes()));
        else return false;
        return undefined;
      });
      return undefined;
    });
    return undefined;
  });
  const rows: SqlRow[] = [];
  for (let at = 0; at < values.length; at += names.length) {
    rows.push(Object.fromEntries(names.map((name, column) => [name, values[at + column]!])));
  }
  return rows;
}

function readBatch(bytes: Uint8Array): SqlValue[] {
  let cells: Uint8Array = new Uint8Array();
  const integers: number[] = [];
  const doubles: number[] = [];
  let strings: string[] = [];
  eachField(bytes, (field, batch) => {
    if (field === BATCH.cells) cells = batch.bytes();
    else if (field === BATCH.integers) {
      const packed = new BinaryReader(batch.bytes());
      while (packed.pos < packed.len) integers.push(Number(packed.int64()));
    } else if (field === BATCH.doubles) {
      const packed = new BinaryReader(batch.bytes());
      while (packed.pos < packed.len) doubles.push(packed.double());
    } else if (field === BATCH.strings) strings = batch.string().split("\0");
    else return false;
    return undefined;
  });
  const next = { integer: 0, double: 0, string: 0 };
  return [...cells].map((cell) => {
    if (cell === CELL.null) return null;
    if (cell === CELL.integer) return integers[next.integer++]!;
    if (cell === CELL.double) return doubles[next.double++]!;
    if (cell === CELL.string) return strings[next.string++]!;
    throw new Error(`a cell of a kind that no test expects: ${cell}`);
  });
}
