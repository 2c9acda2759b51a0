// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { redactedCommand } from "./redacted-command.ts";

// The cases of the agent's own test (sampler/redaction_test.cc): one rule, in two places.
describe("redactedCommand", () => {
  it.each([
    [[], []],
    [["python"], ["python"]],
    [
      ["python", "app.py"],
      ["python", "app.py"],
    ],
    [
      ["/usr/bin/python3.11", "-u", "/srv/app.py", "--port", "80"],
      ["/usr/bin/python3.11", "-u", "/srv/app.py"],
    ],
    [
      ["python", "-m", "http.server", "8000"],
      ["python", "-m", "http.server"],
    ],
    [
      ["python", "-mhttp.server", "8000"],
      ["python", "-m", "http.server"],
    ],
    [
      ["python", "-um", "celery", "worker"],
      ["python", "-u", "-m", "celery"],
    ],
    [
      ["python", "-m"],
      ["python", "-m"],
    ],
    [
      ["python", "-X", "dev", "app.py", "x"],
      ["python", "-X", "dev", "app.py"],
    ],
    [
      ["python", "-Xdev", "-W", "ignore", "app.py"],
      ["python", "-Xdev", "-W", "ignore", "app.py"],
    ],
    [
      ["python", "-bbW", "error", "app.py", "x"],
      ["python", "-bb", "-W", "error", "app.py"],
    ],
    [
      ["python", "-X"],
      ["python", "-X"],
    ],
    [
      ["python", "--check-hash-based-pycs", "never", "app.py", "x"],
      ["python", "--check-hash-based-pycs", "never", "app.py"],
    ],
    [
      ["python", "-", "x"],
      ["python", "-"],
    ],
    [
      ["python", "--", "-odd.py", "x"],
      ["python", "-odd.py"],
    ],
    [
      ["/opt/my env/bin/python", "app.py", "x"],
      ["/opt/my env/bin/python", "app.py"],
    ],
    [
      ["pypy3", "app.py"],
      ["pypy3", "app.py"],
    ],
    [
      ["python", "-c", "login('hunter2')", "x"],
      ["python", "-c"],
    ],
    [
      ["python", "-clogin('hunter2')"],
      ["python", "-c"],
    ],
    [
      ["python", "-Ic", "login('hunter2')"],
      ["python", "-I", "-c"],
    ],
    [
      ["python", "-uIclogin('hunter2')"],
      ["python", "-uI", "-c"],
    ],
    [["./app.py", "x"], ["./app.py"]],
    [["gunicorn: master [app]", ""], ["gunicorn:"]],
  ])("of %j keeps %j, and that stays", (command, kept) => {
    expect(redactedCommand(command)).toEqual(kept);
    expect(redactedCommand(kept)[0]).toBe(kept[0]);
  });

  it.each([
    [["python", "app.py", "--password=hunter2"]],
    [["python", "-m", "app", "hunter2"]],
    [["python", "-mapp", "--password=hunter2", "hunter2"]],
    [["python", "-", "hunter2"]],
    [["python", "--password=hunter2", "hunter2"]],
    [["python", "-p", "hunter2"]],
    [["python", "-phunter2"]],
    [["uwsgi", "--set-ph", "password=hunter2"]],
    [["uv", "run", "app.py", "hunter2"]],
    [["[celeryd: celery@host:Main] -active- (worker -b redis://:hunter2@host)", "", ""]],
    [["/usr/bin/python3 /srv/app.py --password hunter2", ""]],
    [["python", "", "hunter2"]],
  ])("never keeps the secret of %j", (command) => {
    expect(redactedCommand(command).join(" ")).not.toContain("hunter2");
  });
});
