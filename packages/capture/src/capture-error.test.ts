// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { captureErrorOf } from "./capture-error.ts";
import { agentArguments } from "./capture-options.ts";

it("an error has the agent's last words, with its advice", () => {
  const stderr = [
    "pyspy-capture: error: process 1 cannot be recorded: first",
    "pyspy-capture: error: process 2 cannot be recorded: last",
    "  Do this.",
    "",
  ].join("\n");
  expect(captureErrorOf(5, stderr)).toMatchObject({
    code: "PERMISSION",
    status: 5,
    message: "process 2 cannot be recorded: last",
    advice: "Do this.",
  });
});

it("an agent that was killed says nothing", () => {
  const error = captureErrorOf(undefined, "");
  expect(error).toMatchObject({ code: "INTERNAL", advice: "", status: undefined });
  expect(error.message).toContain("a signal");
});

it("options become the agent's, the program last", () => {
  const argv = agentArguments({
    program: ["python", "-p"],
    subprocesses: true,
    rateHertz: 50,
    strategy: "nonblocking",
    environment: ["RANK"],
  });
  expect(argv.join(" ")).toBe(
    "-q -o - --subprocesses -r 50 --nonblocking --env RANK --at-end terminate -- python -p",
  );
});
