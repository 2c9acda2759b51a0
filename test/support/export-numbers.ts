// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withFirefoxProfiler } from "./firefox-profiler.ts";
import { numbersOfFlamegraph } from "./flamegraph-numbers.ts";
import {
  type FunctionNumbers,
  functionsOfSlices,
  numbersOfRows,
  type ProfileNumbers,
  type SliceRow,
  type StackRow,
} from "./profile-numbers.ts";
import { openTrace, type SqlRow, type TraceProcessor } from "./trace-processor.ts";
import { runViewer, viewerPath } from "./viewers.ts";

/**
 * Reads exports with programs that are not ours, and says what these make of them. Only speedscope
 * files and JSON are read here, by what their documents say; what the speedscope application shows
 * is tested in a browser.
 */
export const numbersOfExport = {
  pprof: numbersOfPprof,
  callgrind: numbersOfCallgrind,
  kcachegrind: numbersOfKcachegrind,
  firefox: numbersOfFirefox,
  slices: numbersOfSlices,
  perfSamples: numbersOfPerfSamples,
  stackSamples: (file: string): ProfileNumbers => numbersOfProtobuf("perfetto", file),
  otlp: (file: string): ProfileNumbers => numbersOfProtobuf("otlp", file),
  speedscope: numbersOfSpeedscope,
  json: numbersOfJson,
  collapsed: numbersOfCollapsed,
  flamegraph: numbersOfFlamegraph,
} satisfies Record<string, (file: string) => ProfileNumbers | Promise<ProfileNumbers>>;

function numbersOfPprof(file: string): ProfileNumbers {
  const pprof = (...args: string[]): string => runViewer(viewerPath("pprof"), [...args, file]);
  const top = (measure: string): Map<string, FunctionNumbers> => {
    const text = pprof(
      "-top",
      "-functions",
      `-sample_index=${measure}`,
      ...(measure === "wall" ? ["-unit=nanoseconds"] : []),
      "-nodecount=100000",
      "-nodefraction=0",
    );
    const rows = text.matchAll(/^ *(\S+) +\S+% +\S+% +(\S+) +\S+% {2}(.*)$/gm);
    return new Map(
      [...rows].map(([, self, total, name]) => [
        name!,
        { self: Number.parseFloat(self!), total: Number.parseFloat(total!) },
      ]),
    );
  };
  const tags = pprof("-tags", "-sample_index=samples");
  const [, threads = ""] = /^ thread: .*\n((?: +\S+ \(.*\n)*)/m.exec(tags) ?? [];
  const [, total = ""] = /Total samples = (\d+)ns/.exec(pprof("-top", "-unit=nanoseconds")) ?? [];
  return {
    totalNanos: Number(total),
    samplesOfThread: Object.fromEntries(
      [...threads.matchAll(/^ +(\S+) \(.*?\): (.*)$/gm)].map(([, count, name]) => [
        name!,
        Number(count),
      ]),
    ),
    functions: top("wall"),
    sampleFunctions: top("samples"),
  };
}

function numbersOfCallgrind(file: string): ProfileNumbers {
  const annotate = (inclusive: "yes" | "no"): Map<string, number[]> => {
    const args = [`--inclusive=${inclusive}`, "--threshold=100", "--auto=no", "--show-percs=no"];
    const text = runViewer(viewerPath("callgrind_annotate"), [...args, file]);
    const rows = text.matchAll(/^ *((?:[\d,.]+ +){4}) *(.+)$/gm);
    return new Map(
      [...rows].map(([, numbers, name]) => [
        name!.replace(/^.*:(?=[^:]*$)/, ""),
        numbers!
          .trim()
          .split(/ +/)
          .map((number) => Number(number.replace(/[,.]/g, ""))),
      ]),
    );
  };
  const [own, all] = [annotate("no"), annotate("yes")];
  const functions = (column: number): Map<string, FunctionNumbers> => {
    const names = [...all.keys()].filter((name) => name !== "PROGRAM TOTALS");
    return new Map(
      names.map((name) => [
        name,
        { self: own.get(name)?.[column] ?? 0, total: all.get(name)![column]! },
      ]),
    );
  };
  return {
    totalNanos: all.get("PROGRAM TOTALS")![0]!,
    functions: functions(0),
    sampleFunctions: functions(3),
  };
}

/** By KCachegrind's own reader. */
function numbersOfKcachegrind(file: string): ProfileNumbers {
  // Cycles are what a graph has where one function is reached by itself; stacks are not cyclic.
  const text = runViewer(viewerPath("cgview"), ["-n", "-s", "samples", file]);
  const number = (digits: string): number => Number(digits.replaceAll(" ", ""));
  const [, nanos = ""] = /^ *([\d ]+\d) {3}.*\(wall\)$/m.exec(text) ?? [];
  // Columns of 14, 14 and 13 characters; digits are grouped by spaces.
  const rows = text.matchAll(/^([\d ]{13}\d)([\d ]{13}\d)[\d ]{12}\d {2}(.*) \(\)$/gm);
  return {
    totalNanos: number(nanos),
    sampleFunctions: new Map(
      [...rows].map(([, total, self, name]) => [
        name!,
        { self: number(self!), total: number(total!) },
      ]),
    ),
  };
}

interface FirefoxFunctions {
  functions: { name: string; selfSamples: number; totalSamples: number }[];
}

async function numbersOfFirefox(file: string): Promise<ProfileNumbers> {
  return await withFirefoxProfiler(file, (profiler) => {
    const { threads } = profiler.ask<{ threads: { threadHandle: string }[] }>("thread", "list");
    const functions = new Map<string, { self: number; total: number }>();
    for (const { threadHandle } of threads) {
      const listed = profiler.ask<FirefoxFunctions>(
        "thread",
        "functions",
        "--include-idle",
        "--limit",
        "0",
        "--thread",
        threadHandle,
      );
      for (const { name, selfSamples, totalSamples } of listed.functions) {
        const { self, total } = functions.get(name) ?? { self: 0, total: 0 };
        // It calls them samples; they are ms.
        functions.set(name, {
          self: self + selfSamples * 1e6,
          total: total + totalSamples * 1e6,
        });
      }
    }
    const totalNanos = [...functions.values()].reduce((sum, { self }) => sum + self, 0);
    return { totalNanos, functions };
  });
}

async function numbersOfSlices(file: string): Promise<ProfileNumbers> {
  const trace = await openTrace(readFileSync(file));
  const rows = trace.query(`
    select slice.id, slice.parent_id as parent, slice.name, dur as nanos
    from slice join thread_track on slice.track_id = thread_track.id
    where thread_track.name is null or thread_track.name != 'GIL'`);
  expectNoErrors(trace.query(ERRORS));
  const slices = rows as unknown as SliceRow[];
  const outermost = slices.filter(({ parent }) => parent === null);
  return {
    totalNanos: outermost.reduce((sum, { nanos }) => sum + nanos, 0),
    functions: functionsOfSlices(slices),
  };
}

const ERRORS = `
  select name, value from stats where severity in ('error', 'data_loss') and value > 0`;

function expectNoErrors(errors: readonly SqlRow[]): void {
  if (errors.length > 0) throw new Error(`trace processor: ${JSON.stringify(errors)}`);
}

async function numbersOfPerfSamples(file: string): Promise<ProfileNumbers> {
  const trace = await openTrace(readFileSync(file));
  const pathOf = callsitePaths(trace);
  const rows = trace.query(`
    select thread.name as thread, callsite_id as callsite, counter.value as nanos
    from perf_sample sample join thread using (utid)
    join counter on counter.ts = sample.ts
    join perf_counter_track track on counter.track_id = track.id and track.name = 'wall'`);
  expectNoErrors(trace.query(ERRORS));
  return numbersOfRows(
    rows.map(
      ({ thread, callsite, nanos }): StackRow => ({
        thread: String(thread),
        frames: pathOf(callsite as number | null),
        nanos: Number(nanos),
        samples: 1,
      }),
    ),
  );
}

function numbersOfProtobuf(kind: "perfetto" | "otlp", file: string): ProfileNumbers {
  const script = fileURLToPath(new URL("read-protobuf-export.py", import.meta.url));
  const text = runViewer(viewerPath("format-schemas"), [script, kind, file]);
  const { unknownFields, rows } = JSON.parse(text) as { unknownFields: number; rows: StackRow[] };
  if (unknownFields > 0) throw new Error(`${unknownFields} fields are not in the published schema`);
  return numbersOfRows(rows);
}

interface SpeedscopeFile {
  shared: { frames: { name: string }[] };
  profiles: { name: string; samples: number[][]; weights: number[] }[];
}

function numbersOfSpeedscope(file: string): ProfileNumbers {
  const { shared, profiles } = JSON.parse(readFileSync(file, "utf8")) as SpeedscopeFile;
  const rowsOf = ({ name, samples, weights }: SpeedscopeFile["profiles"][0]): StackRow[] =>
    samples.map((stack, index) => ({
      thread: name,
      frames: stack.map((frame) => shared.frames[frame]!.name),
      nanos: stack.length === 0 ? 0 : weights[index]!,
      samples: 0,
    }));
  const threads = numbersOfRows(profiles.slice(0, -1).flatMap(rowsOf));
  const merged = numbersOfRows(profiles.slice(-1).flatMap(rowsOf));
  if (Math.abs(threads.totalNanos - merged.totalNanos) > 1000 * profiles.length) {
    throw new Error(`threads have ${threads.totalNanos}, the merged one ${merged.totalNanos}`);
  }
  return { totalNanos: threads.totalNanos, functions: merged.functions };
}

interface JsonFile {
  answer: {
    threads: { name: string }[];
    functions: { name: string }[];
    frames: { function: number[] };
    stacks: { parent: number[]; frame: number[] };
    runs: { thread: number[]; stack: number[]; samples: number[]; wallNanos: number[] };
  };
}

function numbersOfJson(file: string): ProfileNumbers {
  const { answer } = JSON.parse(readFileSync(file, "utf8")) as JsonFile;
  const { threads, functions, frames, stacks, runs } = answer;
  return numbersOfRows(
    runs.thread.map((thread, i): StackRow => {
      const path: string[] = [];
      for (let at = runs.stack[i]!; at >= 0; at = stacks.parent[at]!) {
        path.push(functions[frames.function[stacks.frame[at]!]!]!.name);
      }
      const [nanos, samples] = [runs.wallNanos[i]!, runs.samples[i]!];
      return { thread: threads[thread]!.name, frames: path.reverse(), nanos, samples };
    }),
  );
}

/** Collapsed stacks by thread, as Trace Processor takes them. */
async function numbersOfCollapsed(file: string): Promise<ProfileNumbers> {
  const trace = await openTrace(readFileSync(file));
  const pathOf = callsitePaths(trace);
  const rows = trace.query(
    "select callsite_id as callsite, value as samples from __intrinsic_aggregate_sample",
  );
  expectNoErrors(trace.query(ERRORS));
  const { samplesOfThread, sampleFunctions } = numbersOfRows(
    rows.map(({ callsite, samples }): StackRow => {
      const [thread = "", ...frames] = pathOf(callsite as number | null);
      return {
        thread: thread.replace(/^thread \(\d+\): /, ""),
        frames: frames.map((frame) => frame.replace(/ \([^()]*\)$/, "")),
        nanos: 0,
        samples: Number(samples),
      };
    }),
  );
  return { samplesOfThread, sampleFunctions };
}

/** Names on the stack that a trace's tables give a number, outermost first. */
function callsitePaths(trace: TraceProcessor): (callsite: number | null) => string[] {
  const sites = new Map<number, { parent: number | null; name: string }>();
  for (const { id, parent, name } of trace.query(`
    select callsite.id, parent_id as parent, frame.name
    from stack_profile_callsite callsite join stack_profile_frame frame on frame_id = frame.id`)) {
    sites.set(Number(id), { parent: parent as number | null, name: String(name) });
  }
  return (callsite) => {
    const path: string[] = [];
    for (let at = callsite; at !== null; at = sites.get(at)!.parent) path.push(sites.get(at)!.name);
    return path.reverse();
  };
}
