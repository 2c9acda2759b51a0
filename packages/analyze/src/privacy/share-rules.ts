// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import { type Header, LabelSchema, Redaction } from "@pyspy/schemas";
import { KEEP_ALL, type RewriteRules } from "../rewrite/rewrite-rules.ts";
import { type PersonalDataKind, withoutPersonalData } from "./personal-data.ts";
import { redactedCommand } from "./redacted-command.ts";

/** Name of the label that says how a capture was redacted. */
export const REDACTED_LABEL = "pyspy.redacted";

const IN_PATHS: ReadonlySet<PersonalDataKind> = new Set([
  "home-directory",
  "email",
  "url-credentials",
]);

const path = (text: string): string => withoutPersonalData(text, IN_PATHS);

/**
 * For a colleague, or a ticket: no host, no arguments, no home directories, nothing that looks like a
 * secret; the names of code and threads stay, so that the profile can be read.
 */
export const SHARE_RULES: RewriteRules = {
  ...KEEP_ALL,
  header: (header) => {
    withoutHost(header);
    markRedacted(header, "share", Redaction.DEFAULT);
    for (const label of header.label) label.value = withoutPersonalData(label.value);
    const { imported } = header;
    if (imported === undefined) return;
    imported.program = withoutPersonalData(imported.program);
    imported.loss = imported.loss.map((loss) => withoutPersonalData(loss));
  },
  path,
  codeFile: path,
  nativeFile: path,
  threadName: (name) => withoutPersonalData(name),
  role: (role) => withoutPersonalData(role),
  // Names of containers, pods and users.
  cgroup: () => "",
  command: (words) => redactedCommand(words).map((word) => withoutPersonalData(word)),
  variable: (variable) => withoutPersonalData(variable),
  note: (text) => withoutPersonalData(text),
  keepsLocals: () => false,
  keepsSources: () => false,
};

/** Takes out what says on which machine, and by which command, it was recorded. */
export function withoutHost({ host, options }: Header): void {
  if (host !== undefined) {
    host.name = "";
    host.bootId = new Uint8Array(0);
  }
  if (options !== undefined) options.argument = [];
}

/** Says in the header what was done; never that less was left out than the agent did. */
export function markRedacted(header: Header, level: string, redaction: Redaction): void {
  header.label = header.label.filter(({ key }) => key !== REDACTED_LABEL);
  header.label.push(create(LabelSchema, { key: REDACTED_LABEL, value: level }));
  const { options } = header;
  if (options === undefined || options.redaction === Redaction.STRICT) return;
  options.redaction = redaction;
}
