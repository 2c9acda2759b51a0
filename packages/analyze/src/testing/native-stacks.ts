// SPDX-License-Identifier: MIT
import { FrameFlag, NativeFrameFlag } from "@pyspy/schemas";
import { NativeCodeBuilder } from "../model/native-code-builder.ts";
import type { Profile } from "../model/profile.ts";

/** Where functions of the interpreter are, in these stacks. */
const INTERPRETER = "/usr/bin/python3.13";

/** Native stacks beside a profile's Python stacks. */
export interface NativeTexts {
  /** Outermost first: "sort"; "eval*" hosts Python frames; "python:name" is in the interpreter. */
  readonly native: readonly string[];
  /** Python functions that are entered from C, by their names. */
  readonly entries: readonly string[];
  /** StateFlag values that all observations have, too. */
  readonly flags?: number;
}

/** The profile with native stacks: its n-th run has the n-th of `native`, and so on in turn. */
export function withNative(profile: Profile, { native, entries, flags = 0 }: NativeTexts): Profile {
  const builder = new NativeCodeBuilder();
  const stacks = native.map((text) => addStack(builder, text));
  const { frames, functions, samples } = profile;
  return {
    ...profile,
    native: builder.build(),
    frames: {
      ...frames,
      flags: frames.flags.map((_, i) =>
        entries.includes(functions[frames.function[i]!]!.name) ? FrameFlag.FRAME_ENTRY : 0,
      ),
    },
    samples: {
      ...samples,
      flags: samples.flags.map((known) => known | flags),
      nativeStack: samples.nativeStack.map((_, run) => stacks[run % stacks.length]!),
    },
  };
}

function addStack(builder: NativeCodeBuilder, text: string): number {
  const { addresses } = builder;
  let stack = -1;
  for (const word of text.split(";").filter((one) => one !== "")) {
    const [name, module] = word.startsWith("python:")
      ? [word.slice(7), INTERPRETER]
      : [word, "/lib/libthing.so"];
    const isHost = name.endsWith("*");
    const index = builder.stacks.frame({
      function: builder.function({ name: name.replace("*", ""), file: module, module }),
      line: 0,
      column: -1,
      flags: isHost ? NativeFrameFlag.NATIVE_FRAME_HOSTS_PYTHON : 0,
      // Each call stands somewhere else.
      address: addresses.address(addresses.mapping(module, ""), BigInt(addresses.length)),
    });
    stack = builder.stacks.stack(stack, index);
  }
  return stack;
}
