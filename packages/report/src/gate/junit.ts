// SPDX-License-Identifier: MIT

import { escapeXml } from "../text/escape-xml.ts";

/** Something that passed or failed, with what was found. All visible text. */
export interface JunitCase {
  readonly name: string;
  readonly passed: boolean;
  readonly found: string;
}

/** A JUnit report of one suite, as Jenkins, GitLab and GitHub's actions read it. */
export function junitXml(suite: string, cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ passed }) => !passed).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0"`;
  const lines = cases.flatMap(({ name, passed, found }) => {
    const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
    const body = passed
      ? `      <system-out>${escapeXml(`found ${found}`)}</system-out>`
      : `      <failure message="${escapeXml(`found ${found}`)}"/>`;
    return [`${head}>`, body, "    </testcase>"];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...lines,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
