import { describe, expect, test } from "vitest";
import { tooManyLines } from "./yaml-lines.ts";

describe("blank lines and comments are counted, whatever stands before them:", () => {
  test.each([
    ["blank", "\n"],
    ["of spaces and tabs", " \t \n"],
    ["of another system", "\r\n"],
    ["a comment", "# why\n"],
    ["a comment behind spaces", "    # why\n"],
  ])("%s", (_, line) => {
    const most = `version: 1\n${line.repeat(20_000)}`;

    expect(tooManyLines(`${most}people: {}\n`)).toBeNull();
    expect(tooManyLines(`${most}people: {}\n${line}`)).toEqual({
      offset: most.length + "people: {}\n".length,
      message: expect.stringMatching(/^is one of more than 20000 lines that are blank or a comment of one file: /),
    });
  });
});

test("a comment behind something is no line of its own", () => {
  expect(tooManyLines("a: 1 # why\n".repeat(30_000))).toBeNull();
});

test("lines of any kind are counted too, the last one without an end among them", () => {
  const most = "a\n".repeat(150_000);

  expect(tooManyLines(most)).toBeNull();
  expect(tooManyLines(`${most}a`)).toEqual({
    offset: most.length,
    message: "is one of more than 150000 lines of one file: have fewer, and then the rest is looked at",
  });
});
