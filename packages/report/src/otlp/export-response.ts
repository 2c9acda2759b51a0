// SPDX-License-Identifier: MIT

import { fromBinary } from "@bufbuild/protobuf";
import { otlp as schema } from "@pyspy/schemas";
import { formatCounted } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

const LONGEST_MESSAGE = 500;

/**
 * What an OTLP server says of profiles that it did not take, in words; `undefined`: it took all. An answer
 * that is none says nothing.
 */
export function rejectedProfiles(body: Uint8Array): string | undefined {
  let response: schema.ExportProfilesServiceResponse;
  try {
    response = fromBinary(schema.ExportProfilesServiceResponseSchema, body);
  } catch {
    return undefined;
  }
  const { rejectedProfiles: count = 0n, errorMessage = "" } = response.partialSuccess ?? {};
  if (count === 0n) return undefined;
  const said = errorMessage === "" ? "" : `: ${visibleExcerpt(errorMessage, LONGEST_MESSAGE)}`;
  return `${formatCounted(Number(count), "profile")} rejected${said}`;
}
