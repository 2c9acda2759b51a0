// SPDX-License-Identifier: MIT

import { type Profile, type Selection, summarizeSelection } from "@pyspy/analyze";
import { frameJson } from "../document/answer-frame.ts";
import { type Json, jsonId } from "../document/json.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { jsonElements, jsonNumbers } from "../text/json-pieces.ts";
import { RunStates } from "./run-states.ts";

/** Name of the part that is not the frame's, as questions have one. */
const QUESTION = "profile";

/**
 * Everything selected, in the columns in which the analyzer holds it, for programs that ask their
 * own questions: docs/formats.md, and docs/profile.schema.json. Names are as recorded.
 */
export const json: ReportFormat = {
  name: "json",
  description: "all that is selected, for programs of your own; docs/formats.md",
  extensions: [".json"],
  content: "text",
  render: renderJson,
};

function* renderJson(input: ReportInput): Generator<string> {
  const { selection } = input;
  const { profile } = selection;
  const frame = frameJson(input, QUESTION, summarizeSelection(selection));
  yield `${JSON.stringify(frame).slice(0, -1)},\n"answer":{`;
  yield `"originRealtimeNanos":"${profile.originRealtimeNanos}",\n"processes":[`;
  yield* jsonElements(profile.processes.map(processJson));
  yield `],\n"threads":[`;
  yield* jsonElements(profile.threads.map(threadJson));
  yield `],\n"functions":[`;
  yield* jsonElements(profile.functions, ({ name, file, firstLine, module }) =>
    JSON.stringify({
      kind: module === undefined ? "python" : "native",
      name,
      file,
      firstLine,
      ...(module === undefined ? {} : { module }),
    }),
  );
  yield `],\n"frames":`;
  const { frames, stacks } = profile;
  const { function: index, line, column, address } = frames;
  yield* columns({ function: index, line, column, address });
  yield* nativeJson(profile);
  yield `,\n"stacks":`;
  yield* columns({ parent: stacks.parent, frame: stacks.frame });
  yield* runsJson(selection);
  yield "}}\n";
}

/** Where native frames stand: files, and addresses in them. */
function* nativeJson({ native }: Profile): Generator<string> {
  yield `,\n"mappings":[`;
  yield* jsonElements(native?.mappings ?? []);
  yield `],\n"addresses":{"mapping":`;
  yield* jsonNumbers(native?.addresses.mapping ?? []);
  yield `,\n"address":[`;
  yield* jsonElements(native?.addresses.address ?? [], (at) => `"0x${at.toString(16)}"`);
  yield "]}";
}

function* runsJson({ profile: { samples }, runs }: Selection): Generator<string> {
  const states = new RunStates();
  const stateOfRun = runs.map((run) => states.index(samples, run));
  const of = (column: ArrayLike<number>): Iterable<number> => ({
    *[Symbol.iterator]() {
      for (const run of runs) yield Math.round(column[run]!);
    },
  });
  yield `,\n"states":[`;
  yield* jsonElements(states.list);
  yield `],\n"runs":`;
  yield* columns({
    thread: of(samples.thread),
    stack: of(samples.stack),
    state: stateOfRun,
    samples: of(samples.ticks),
    startNanos: of(samples.startNanos),
    wallNanos: of(samples.wallNanos),
    cpuNanos: of(samples.cpuNanos),
  });
}

function* columns(table: Readonly<Record<string, Iterable<number>>>): Generator<string> {
  let opening = "{";
  for (const [name, column] of Object.entries(table)) {
    yield `${opening}"${name}":`;
    yield* jsonNumbers(column);
    opening = ",\n";
  }
  yield "}";
}

function processJson({ pid, parentPid, executable, command, python }: Profile["processes"][0]) {
  const json: Json = { pid, parentPid, executable, command, python: python?.version ?? "" };
  return json;
}

function threadJson({ process, tid, pythonThreadId, name, main }: Profile["threads"][0]): Json {
  return { process, tid: jsonId(tid), pythonThreadId: jsonId(pythonThreadId), name, main };
}
