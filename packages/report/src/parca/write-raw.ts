// SPDX-License-Identifier: MIT

import { create, toBinary } from "@bufbuild/protobuf";
import { parca as schema } from "@pyspy/schemas";

/** A message to Parca's profile store: one profile (pprof, compressed) with its labels. */
export function writeRawRequest(
  rawProfile: Uint8Array,
  labels: ReadonlyMap<string, string>,
): Uint8Array {
  const request = create(schema.WriteRawRequestSchema, {
    series: [
      {
        labels: { labels: [...labels].map(([name, value]) => ({ name, value })) },
        samples: [{ rawProfile }],
      },
    ],
    normalized: true,
  });
  return toBinary(schema.WriteRawRequestSchema, request);
}
