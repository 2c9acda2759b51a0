// SPDX-License-Identifier: MIT
// Writes the field numbers and enum values of pspy.proto as C++ constants, so that the agent's
// writer cannot drift from the schema. Usage: generate-fields.mjs DESCRIPTOR_SET OUTPUT
import { readFileSync, writeFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const [descriptorSet, output] = process.argv.slice(2);
const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(descriptorSet)),
);
const file = registry.getFile("pspy.proto");

/** "code_object" or "STATE_GIL_HELD" to "CodeObject", "StateGilHeld". */
const pascal = (name) =>
  name
    .toLowerCase()
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

const lines = [
  "// SPDX-License-Identifier: MIT",
  "// Generated from schemas/pspy.proto by scripts/generate-fields.mjs. Do not edit.",
  "#pragma once",
  "",
  "#include <cstdint>",
  "",
  "namespace pyspy::fields {",
];
for (const message of file.messages) {
  lines.push("", `// message ${message.name}`);
  for (const field of message.fields) {
    lines.push(
      `inline constexpr uint32_t k${message.name}${pascal(field.name)} = ${field.number};`,
    );
  }
}
for (const enumeration of file.enums) {
  lines.push("", `// enum ${enumeration.name}`);
  for (const value of enumeration.values) {
    lines.push(`inline constexpr uint32_t k${pascal(value.name)} = ${value.number};`);
  }
}
lines.push("", "}  // namespace pyspy::fields", "");
writeFileSync(output, lines.join("\n"));
