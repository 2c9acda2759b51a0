// SPDX-License-Identifier: MIT

import type { CodeMapping, Profile } from "@pyspy/analyze";

/** A function that is native code. */
export interface NativePlace {
  readonly mapping: CodeMapping;
  readonly address: bigint;
}

/** The profile with native code in the place of the functions named, as a merge has it. */
export function withNativeCode(
  profile: Profile,
  places: Readonly<Record<string, NativePlace>>,
): Profile {
  const entries = Object.entries(places);
  const mappings = [...new Set(entries.map(([, { mapping }]) => mapping))];
  const { frames } = profile;
  const functions = profile.functions.map((each) => {
    const path = places[each.name]?.mapping.path;
    return path === undefined ? each : { ...each, file: path, firstLine: 0, module: path };
  });
  const indexOf = (frame: number): number =>
    entries.findIndex(([name]) => name === functions[frames.function[frame]!]!.name);
  return {
    ...profile,
    functions,
    frames: {
      ...frames,
      line: frames.line.map((line, frame) => (indexOf(frame) < 0 ? line : 0)),
      address: frames.address.map((_, frame) => indexOf(frame)),
    },
    native: {
      functions: [],
      frames: { ...frames, length: 0 },
      stacks: { ...profile.stacks, length: 0 },
      mappings,
      addresses: {
        length: entries.length,
        mapping: Int32Array.from(entries, ([, { mapping }]) => mappings.indexOf(mapping)),
        address: BigUint64Array.from(entries, ([, { address }]) => address),
      },
    },
  };
}
