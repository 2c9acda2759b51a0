// SPDX-License-Identifier: MIT
import type { Process, Profile } from "../model/profile.ts";
import { controlGroupName } from "../processes/control-group-name.ts";
import type { RulePack } from "./rule-pack.ts";

/**
 * The profile with the roles that rule packs give its processes; the first rule that matches
 * counts. They outweigh what was recorded; see `processRoles` for those that match none.
 */
export function assignRoles(profile: Profile, packs: readonly RulePack[]): Profile {
  const rules = packs.flatMap(({ roles }) => roles);
  if (rules.length === 0) return profile;
  return withRoles(profile, (process) => {
    const line = process.command.join(" ");
    return rules.find(
      ({ command, cgroup }) =>
        command?.test(line) !== false && cgroup?.test(process.cgroup) !== false,
    )?.role;
  });
}

/** The profile with processes whose role is their control group, see `controlGroupName`. */
export function roleByControlGroup(profile: Profile): Profile {
  return withRoles(profile, ({ cgroup }) => controlGroupName(cgroup));
}

function withRoles(profile: Profile, roleOf: (process: Process) => string | undefined): Profile {
  const processes = profile.processes.map((process) => {
    const role = roleOf(process);
    return role === undefined ? process : { ...process, role };
  });
  return { ...profile, processes };
}
