// SPDX-License-Identifier: MIT
import { Missing } from "@pyspy/schemas";
import { MissingDataError } from "../errors.ts";
import { FOREIGN_FORMATS, type ForeignFormat } from "../import/foreign-format.ts";
import type { Profile } from "../model/profile.ts";

/** What a question may need that recordings of other programs may not have. */
export type Recorded = "times" | "threads" | "gil" | "os-state";

const NEEDS: Readonly<Record<Recorded, readonly [missing: Missing, what: string]>> = {
  times: [Missing.TIMES, "when samples were taken"],
  threads: [Missing.THREADS, "which thread it was"],
  gil: [Missing.GIL, "who held the GIL"],
  "os-state": [Missing.OS_STATE, "whether threads ran or were blocked"],
};

/** Whether all recordings hold something. */
export function isRecorded({ recordings }: Profile, what: Recorded): boolean {
  return recordings.every(({ header }) => !lacks(header.imported?.missing, what));
}

/**
 * Checks that what a question needs was recorded. Times that one recording lacks make answers about times
 * wrong; states that some have and others have not are told apart run by run.
 *
 * @param who names the question: "timeline", "--gil".
 * @throws MissingDataError
 */
export function requireRecorded(profile: Profile, what: Recorded, who: string): void {
  const without = profile.recordings.filter(({ header }) => lacks(header.imported?.missing, what));
  const enough =
    what === "times" ? without.length === 0 : without.length < profile.recordings.length;
  if (enough || without.length === 0) return;
  const formats = new Set(
    without.map(({ header }) => {
      const format = header.imported?.format ?? "";
      return format in FOREIGN_FORMATS ? FOREIGN_FORMATS[format as ForeignFormat] : format;
    }),
  );
  throw new MissingDataError(
    `${who} needs to know ${NEEDS[what][1]}, which is not recorded in ${[...formats].join(", ")}`,
  );
}

function lacks(missing: readonly Missing[] | undefined, what: Recorded): boolean {
  return missing?.includes(NEEDS[what][0]) === true;
}
