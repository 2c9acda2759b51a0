import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { file_pspy_columns } from "./gen/pspy_columns_pb.ts";
import { file_pspy } from "./gen/pspy_pb.ts";

const plain = new Map(file_pspy.messages.map((message) => [message.name, message]));

/** How a field stands on the wire: what the two files must agree on. */
function wireShape(field: DescField): string {
  if (field.fieldKind === "message") return `message ${field.message.name}`;
  if (field.fieldKind === "list" && field.listKind === "message") {
    return `repeated message ${field.message.name}`;
  }
  const packed = field.fieldKind === "list" && field.packed;
  const repeated = field.fieldKind === "list" && !packed ? "repeated " : "";
  const isText = "scalar" in field && (field.scalar === 9 || field.scalar === 12);
  return packed || isText ? `${repeated}length-delimited` : `${repeated}scalar`;
}

function shapes(message: DescMessage): string[] {
  return message.fields.map((field) => `${field.number} ${field.name}: ${wireShape(field)}`);
}

describe("pspy_columns.proto", () => {
  it.each(file_pspy_columns.messages.map((m) => [m.name, m] as const))(
    "%s has the wire format of its twin in pspy.proto",
    (name, message) => {
      const twin = plain.get(name);
      expect(twin, name).toBeDefined();
      expect(shapes(message)).toEqual(shapes(twin!));
    },
  );
});
