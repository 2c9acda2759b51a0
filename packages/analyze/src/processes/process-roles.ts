// SPDX-License-Identifier: MIT
import type { Process, Profile } from "../model/profile.ts";
import { NO_PARENT, parentProcesses } from "./parent-processes.ts";

/** Names the role of processes whose command line matches. */
interface RoleRule {
  readonly command: RegExp;
  readonly role: string;
}

/** Servers that name their processes, and what multiprocessing starts. `$1` is the first group. */
const RULES: readonly RoleRule[] = [
  { command: /^\[?gunicorn: (master|worker)\b/, role: "gunicorn $1" },
  { command: /^\[?celeryd?: .*\bMainProcess\b/, role: "celery main" },
  { command: /^\[?celeryd?: .*PoolWorker/, role: "celery worker" },
  { command: /^uwsgi: (\S+ )?(master|worker)/, role: "uwsgi $2" },
  { command: /\bmultiprocessing[./](resource_tracker|forkserver)\b/, role: "multiprocessing $1" },
  {
    command: /--multiprocessing-fork\b|\bmultiprocessing\.spawn\b/,
    role: "multiprocessing worker",
  },
];

/**
 * What every process is for, so that workers of one kind, and those that took the place of others, are
 * one: by the role that was recorded (a multiprocessing name), by what servers call their processes,
 * else by the command line without its numbers. Children that run their parent's command line, as after
 * a fork, are its children: "python app.py, child".
 */
export function processRoles({ processes }: Profile): string[] {
  const parents = parentProcesses(processes);
  const own = processes.map(ownRole);
  return own.map((role, index) => {
    const parent = parents[index]!;
    const forked = parent !== NO_PARENT && own[parent] === role && processes[index]!.role === "";
    return forked ? `${role}, child` : role;
  });
}

function ownRole({ role, command, executable, pid }: Process): string {
  if (role !== "") return withoutCounters(role);
  const line = command.join(" ");
  for (const rule of RULES) {
    const match = rule.command.exec(line);
    if (match !== null)
      return rule.role.replace(/\$(\d)/g, (_, group) => match[Number(group)] ?? "");
  }
  const [program = executable, ...words] = command;
  if (program === "") return `process ${pid}`;
  return [baseName(program), ...words.map(withoutNumbers)].join(" ");
}

/** "ForkPoolWorker-3" is "ForkPoolWorker-N", "Process-2:1" is "Process-N:N": what differs from one
 * worker to the next goes. */
function withoutCounters(name: string): string {
  return name.replace(/(?:[-:]\d+)+$/, (counters) => counters.replace(/\d+/g, "N"));
}

function withoutNumbers(text: string): string {
  return text.replace(/\b0x[0-9a-f]+\b|(?<![A-Za-z])\d+/gi, "N");
}

function baseName(path: string): string {
  return path.replace(/^.*[\\/](?=.)/s, "");
}
