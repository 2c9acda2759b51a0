import { expect, it } from "vitest";
import { commands } from "../commands/commands.ts";
import { parseAgentHelp } from "./agent-help.ts";
import { analyzerHelp } from "./analyzer-help.ts";
import { manPage } from "./man-page.ts";

const HELP = `Records a program.

  pyspy-capture [options] -p PID

  -p, --pid PID            record this process
      --ring TIME          keep the last 30s,
                           5m or 1h
  -o, --output FILE
                           where to write

All threads
are recorded.

  pyspy-analyze FILE      what was recorded
`;

it("takes the agent's help apart", () => {
  const help = parseAgentHelp(HELP);
  expect(help).toMatchObject({
    summary: "Records a program.",
    synopsis: ["pyspy-capture [options] -p PID"],
    description: ["All threads are recorded."],
    examples: [["pyspy-analyze FILE", "what was recorded"]],
  });
  expect(help.groups[0]!.options).toEqual([
    { long: "pid", short: "p", value: "PID", description: "record this process", choices: [] },
    { long: "ring", value: "TIME", description: "keep the last 30s, 5m or 1h", choices: [] },
    { long: "output", short: "o", value: "FILE", description: "where to write", choices: [] },
  ]);
  expect(() => parseAgentHelp("some other text")).toThrow("not the help");
});

it("knows every command, and what its options take", () => {
  const help = analyzerHelp(commands);
  expect(help.commands.map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
  const options = help.groups.flatMap((group) => group.options);
  const find = (long: string) => options.find((option) => option.long === long);
  expect(find("gil")).toMatchObject({ short: "g", choices: [] });
  expect(find("gil")).not.toHaveProperty("value");
  expect(find("unit")?.choices).toEqual(["wall", "cpu", "samples"]);
  expect(find("format")?.choices).toContain("speedscope");
  expect(find("nolineno")).toBeUndefined();
});

it("writes text that groff takes for text", () => {
  const hostile = ".so /etc/passwd \\n'x";
  const page = manPage({ ...parseAgentHelp(HELP), description: [hostile] }, "1.0");
  expect(page).toContain("\\&.so /etc/passwd \\en\\(aqx");
  expect(page).toContain("\\fB\\-p\\fR, \\fB\\-\\-pid\\fR \\fIPID\\fR");
  expect(page.split("\n").filter((line) => /^\.(?!TH|SH|SS|TP|PP|nf|fi|br)/.test(line))).toEqual(
    [],
  );
});
