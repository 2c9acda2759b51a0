// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** Checks against a schema of docs/, of which objects have no other members, so that none goes unpublished. */
export function closedSchema(name: string): ValidateFunction {
  const path = new URL(`../../../../docs/${name}`, import.meta.url);
  const schema = JSON.parse(readFileSync(path, "utf8")) as object;
  return new Ajv2020({ allowUnionTypes: true }).compile(closed(schema) as object);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.entries(schema).map(([name, value]) => [name, closed(value)]);
  const isClosed = "type" in schema && schema.type === "object" && "properties" in schema;
  return { ...Object.fromEntries(members), ...(isClosed ? { additionalProperties: false } : {}) };
}
