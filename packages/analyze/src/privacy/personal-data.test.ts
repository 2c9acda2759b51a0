// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { findPersonalData, withoutPersonalData } from "./personal-data.ts";

describe("personal data", () => {
  it.each([
    ["/home/alice/src/app.py", "~/src/app.py"],
    ["/Users/Alice Smith/x", "~ Smith/x"],
    ["C:\\Users\\alice\\app.py", "~\\app.py"],
    ["/root/app.py and /rootless/app.py", "~/app.py and /rootless/app.py"],
    ["mail alice.smith+x@mail.example.org now", "mail <email> now"],
    ["amqp://guest:hunter2@mq:5672//", "amqp://<credentials>@mq:5672//"],
    ["redis://:hunter2@host/0", "redis://<credentials>@host/0"],
    ["conn-10.1.2.3:5432", "conn-<address>:5432"],
    ["[2001:db8::8a2e:370:7334]", "[<address>]"],
    ["AKIAIOSFODNN7EXAMPLE", "<secret>"],
    ["token=abc&password=hunter2;x", "token=<secret>&password=<secret>;x"],
    ["sess 9f86d081884c7d659a2feaa0c55ad015", "sess <secret>"],
  ])("%s becomes %s", (text, left) => {
    expect(withoutPersonalData(text)).toBe(left);
    expect(findPersonalData(text).length).toBeGreaterThan(0);
    expect(findPersonalData(left)).toEqual([]);
  });

  it.each([
    "ThreadPoolExecutor-0_1",
    "version 3.13.0 of 1.2.3.4.5",
    "127.0.0.1:8000",
    "12:34:56",
    "std::vector<int>::push_back",
    "Catalog.query.<locals>.<lambda>",
    "/usr/lib/python3.13/json/decoder.py",
    "deadbeef",
    "user@host",
  ])("%s is none", (text) => {
    expect(withoutPersonalData(text)).toBe(text);
  });

  it("takes time in proportion to the text, however it is made", () => {
    for (const piece of ["a.", "a@", "1.", "a:", "/home/", "x://", "0", "-"]) {
      withoutPersonalData(piece.repeat(20_000));
    }
  });
});
