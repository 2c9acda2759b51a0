// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import type { RulePack } from "./rule-pack.ts";

/**
 * The profile with the roles that rule packs give its processes; the first rule that matches a command
 * line counts. They outweigh what was recorded; see `processRoles` for those that match none.
 */
export function assignRoles(profile: Profile, packs: readonly RulePack[]): Profile {
  const rules = packs.flatMap(({ roles }) => roles);
  if (rules.length === 0) return profile;
  const processes = profile.processes.map((process) => {
    const line = process.command.join(" ");
    const rule = rules.find(({ command }) => command.test(line));
    return rule === undefined ? process : { ...process, role: rule.role };
  });
  return { ...profile, processes };
}
