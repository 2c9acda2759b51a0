// SPDX-License-Identifier: MIT

import type { Process } from "@pyspy/analyze";
import { otlp as schema } from "@pyspy/schemas";
import { processTitle } from "../heading/recorded-title.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { ProtoWriter } from "../protobuf/proto-writer.ts";
import { visibleText } from "../text/visible-text.ts";

const RESOURCE = fieldNumbers(schema.ResourceSchema);
const KEY_VALUE = fieldNumbers(schema.KeyValueSchema);
const ANY = fieldNumbers(schema.AnyValueSchema);

/**
 * A process in the words of OpenTelemetry's semantic conventions (process.*).
 *
 * @param more attributes that stand before.
 */
export function writeResource(
  writer: ProtoWriter,
  process: Process,
  more: ReadonlyMap<string, string> = new Map(),
): void {
  const { pid, parentPid, executable, python } = process;
  const attribute = (key: string, value: string | number): void =>
    writer.message(RESOURCE.attributes, () => {
      writer.string(KEY_VALUE.key, key);
      writer.message(KEY_VALUE.value, () => writeAnyValue(writer, value));
    });
  for (const [key, value] of more) attribute(visibleText(key), visibleText(value));
  attribute("process.pid", pid);
  if (parentPid > 0) attribute("process.parent_pid", parentPid);
  if (executable !== "") attribute("process.executable.path", visibleText(executable));
  attribute("process.command_line", visibleText(processTitle(process)));
  if (python !== undefined) {
    attribute("process.runtime.name", visibleText(python.implementation).toLowerCase());
    attribute("process.runtime.version", visibleText(python.version));
  }
}

/** The fields of an AnyValue. */
export function writeAnyValue(writer: ProtoWriter, value: string | number | bigint): void {
  if (typeof value === "string") writer.string(ANY.stringValue, value);
  else writer.bigUint(ANY.intValue, BigInt(value));
}
