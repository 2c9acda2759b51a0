// SPDX-License-Identifier: MIT

import type { CodeFunction } from "../code/code-table.ts";
import { stackPlaces } from "./capture-rows.ts";
import { CAPTURE_ID, type CaptureColumn, type CaptureTable } from "./capture-table.ts";
import type { CodeNames } from "./code-names.ts";

function column(
  name: string,
  type: CaptureColumn["type"],
  about: string,
  cell: (code: CodeFunction, names: CodeNames) => ReturnType<CaptureColumn["cell"]>,
): CaptureColumn {
  return {
    name,
    type,
    about,
    cell: ({ code, names }, row) => cell(code.functions[row]!, names[row]!),
  };
}

const key = (name: string, about: string): CaptureColumn => ({
  name,
  type: "INTEGER",
  about,
  cell: (_, row) => row,
});

export const functions: CaptureTable = {
  name: "functions",
  about: "a function, told by its name and its file",
  count: ({ code }) => code.functions.length,
  columns: [
    CAPTURE_ID,
    key("function_id", "its number in the capture"),
    column("name", "VARCHAR", "qualified name", ({ name }) => name),
    column(
      "file",
      "VARCHAR",
      "source file; of native code without one, its library",
      (f) => f.file,
    ),
    column("first_line", "INTEGER", "1-based; NULL: unknown", ({ firstLine }) => firstLine || null),
    column("module", "VARCHAR", "json.decoder; of native code its library", (_, n) => n.module),
    column("package", "VARCHAR", "the outermost package: json", (_, n) => n.package),
    column("owner", "VARCHAR", "own, package, stdlib, native or none", (_, n) => n.owner),
    column("kind", "VARCHAR", "python or native", ({ kind }) => kind),
  ],
};

export const frames: CaptureTable = {
  name: "frames",
  about: "a line of a function",
  count: ({ code }) => code.locations.length,
  columns: [
    CAPTURE_ID,
    key("frame_id", "its number in the capture"),
    {
      name: "function_id",
      type: "INTEGER",
      about: "the function",
      cell: ({ code }, row) => code.locations.function[row]!,
    },
    {
      name: "line",
      type: "INTEGER",
      about: "1-based; NULL: unknown",
      cell: ({ code }, row) => code.locations.line[row]! || null,
    },
  ],
};

export const stacks: CaptureTable = {
  name: "stacks",
  about: "a stack that was seen",
  count: ({ stacks: observed }) => observed.length,
  columns: [
    CAPTURE_ID,
    {
      name: "stack_id",
      type: "INTEGER",
      about: "its number in the capture",
      cell: (rows, row) => rows.stacks[row]!,
    },
    {
      name: "frame_ids",
      type: "INTEGER[]",
      about: "its frames, the outermost first; the last one is where the thread was",
      cell: (rows, row) => stackPlaces(rows, rows.stacks[row]!),
    },
  ],
};
