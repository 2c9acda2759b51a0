// SPDX-License-Identifier: MIT

import { type CodeMapping, type Profile, unnamedName } from "@pyspy/analyze";
import { pprof as schema } from "@pyspy/schemas";
import type { CodeTable } from "../code/code-table.ts";
import { WHOLE_MEMORY } from "../code/mapped-file.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { ProtoWriter } from "../protobuf/proto-writer.ts";
import type { StringTable } from "../protobuf/string-table.ts";
import { visibleText } from "../text/visible-text.ts";

const PROFILE = fieldNumbers(schema.ProfileSchema);
const MAPPING = fieldNumbers(schema.MappingSchema);

/**
 * Programs first, as the first mapping is shown as what was recorded; then what else native code was
 * loaded from.
 *
 * @returns the id here, of every mapping of the table.
 */
export function writeMappings(
  writer: ProtoWriter,
  strings: StringTable,
  { processes }: Profile,
  code: CodeTable,
): number[] {
  const programs = new Set(processes.map(({ executable }) => visibleText(executable)));
  const isProgram = ({ path }: CodeMapping): boolean => programs.has(path);
  const withCode = new Set(code.mappings.filter(isProgram).map(({ path }) => path));
  const written: readonly CodeMapping[] = [
    ...code.mappings.filter(isProgram),
    ...[...programs].filter((path) => !withCode.has(path)).map((path) => ({ path, buildId: "" })),
    ...code.mappings.filter((mapping) => !isProgram(mapping)),
  ];
  const nameless = mappingsWithoutNames(code);
  for (const [index, mapping] of written.entries()) {
    writer.message(PROFILE.mapping, () => {
      writer.uint(MAPPING.id, index + 1);
      writer.uint(MAPPING.memoryStart, WHOLE_MEMORY.start);
      writer.bigUint(MAPPING.memoryLimit, WHOLE_MEMORY.limit);
      writer.uint(MAPPING.filename, strings.index(mapping.path));
      writer.uint(MAPPING.buildId, strings.index(mapping.buildId));
      // Where no name is known, pprof is to look for the file, and for names in it.
      const { hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames } = MAPPING;
      for (const has of [hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames]) {
        writer.uint(has, nameless.has(mapping) ? 0 : 1);
      }
    });
  }
  return code.mappings.map((mapping) => written.indexOf(mapping) + 1);
}

/** Those with code, of none of which a name is known. */
function mappingsWithoutNames({ functions, locations, mappings }: CodeTable): Set<CodeMapping> {
  const [withCode, withNames] = [new Set<CodeMapping>(), new Set<CodeMapping>()];
  for (let place = 0; place < locations.length; place++) {
    const mapping = mappings[locations.mapping[place]!];
    if (mapping === undefined) continue;
    withCode.add(mapping);
    const { name } = functions[locations.function[place]!]!;
    if (name !== unnamedName(mapping.path)) withNames.add(mapping);
  }
  return new Set([...withCode].filter((mapping) => !withNames.has(mapping)));
}
