import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { columns, TablesSchema } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { ChunkTables } from "./chunk-tables.ts";
import { decodeMessage } from "./decode-message.ts";
import { Malformed } from "./malformed.ts";

type TablesInit = Omit<MessageInitShape<typeof TablesSchema>, "$typeName" | "$unknown">;

function tablesOf(...records: readonly TablesInit[]): ChunkTables {
  const tables = new ChunkTables();
  for (const record of records) {
    const bytes = toBinary(TablesSchema, create(TablesSchema, record));
    tables.add(decodeMessage(columns.TablesSchema, bytes));
  }
  return tables;
}

const THREAD = { case: "thread", value: {} } as const;

describe("ChunkTables", () => {
  it("goes on counting from record to record", () => {
    const tables = tablesOf(
      { string: ["a"], code: [{ name: 1 }] },
      { string: ["b"], code: [{ name: 2 }] },
      { pythonFrames: { code: [2], instruction: [-2], flags: [1] } },
      { pythonStacks: { parentDelta: [1, 1], frame: [1, 1] } },
      { pythonStacks: { parentDelta: [2, 4], frame: [1, 1] } },
    );
    expect([tables.text(0), tables.text(1), tables.text(2)]).toEqual(["", "a", "b"]);
    expect([...tables.frameInstruction.view()]).toEqual([-2]);
    expect([...tables.stackParent.view()]).toEqual([0, 1, 1, 0]);
  });

  it("replaces what is not UTF-8", () => {
    const tables = new ChunkTables();
    tables.add(create(columns.TablesSchema, { string: [Uint8Array.of(0x61, 0xff, 0x62)] }));
    expect(tables.text(1)).toBe("a\ufffdb");
  });

  it.each<[string, TablesInit]>([
    ["a string that is not there", { code: [{ name: 1 }] }],
    ["an argument that is not there", { process: [{ argument: [4_294_967_295] }] }],
    ["an owner without a process", { owner: [{ kind: THREAD }] }],
    ["a code object that is not there", frames({ code: [2] })],
    ["no code object", frames({ code: [0] })],
    ["columns of frames that differ", frames({ flags: [] })],
    ["a stack that is its own parent", stacks({ parentDelta: [0] })],
    ["a parent before the first stack", stacks({ parentDelta: [2] })],
    ["a frame that is not there", stacks({ frame: [2] })],
    ["columns of stacks that differ", stacks({ frame: [1, 1] })],
    ["native columns that differ", { nativeFrames: { mapping: [0], address: [1n], flags: [] } }],
  ])("refuses %s", (_, record) => {
    expect(() => tablesOf(record)).toThrow(Malformed);
  });

  it("refuses more entries than memory should hold, in one record and in many", () => {
    const empties = new Uint8Array(4 << 20).map((_, i) => (i % 2 === 0 ? 0x0a : 0));
    expect(() => decodeMessage(columns.TablesSchema, empties)).toThrow(Malformed);
    const tables = new ChunkTables();
    const record = decodeMessage(columns.TablesSchema, empties.subarray(0, 1 << 20));
    tables.add(record);
    tables.add(record);
    expect(() => tables.add(record)).toThrow(Malformed);
  });
});

function frames(init: NonNullable<TablesInit["pythonFrames"]>): TablesInit {
  return { code: [{}], pythonFrames: { code: [1], instruction: [0], flags: [0], ...init } };
}

function stacks(init: NonNullable<TablesInit["pythonStacks"]>): TablesInit {
  return { ...frames({}), pythonStacks: { parentDelta: [1], frame: [1], ...init } };
}
