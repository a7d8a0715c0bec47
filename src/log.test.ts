import { describe, expect, test } from "vitest";
import { createEvents, createLog } from "./log.ts";

const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJnLTEifQ.c2lnbmF0dXJl";
const JWE = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn";

/** Runs an action with a log at `debug`; returns the lines it wrote, parsed. */
function linesOf(act: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  act(createLog("worker", "debug", { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line));
}

test("a line says which process it is of, and carries its fields beside a fixed message", () => {
  const [line] = linesOf((log) => createEvents(log).happened("active", { grant: "abcdefghija" }));

  expect(line).toMatchObject({ name: "worker", msg: "active", grant: "abcdefghija", level: 30 });
});

test("a failure is a warning with its cause's name, code, message and place", () => {
  const cause = Object.assign(new TypeError("no route"), { code: "ECONNREFUSED" });
  const [line] = linesOf((log) => createEvents(log).failed("not settled", { grant: "abcdefghija" }, cause));

  expect(line).toMatchObject({
    ...{ level: 40, msg: "not settled", grant: "abcdefghija" },
    cause: { name: "TypeError", code: "ECONNREFUSED", message: "no route" },
  });
  expect(JSON.stringify(line)).toContain("log.test.ts");
});

describe("no secret stands in a log", () => {
  test.each(["token", "kubeconfig", "sealed", "authorization", "password", "secret", "key", "blocks", "view"])(
    "under the name %s, at the top or one below",
    (name) => {
      const [line] = linesOf((log) => log.debug({ [name]: "hush", answer: { [name]: "hush" } }, "answered"));

      expect(JSON.stringify(line)).not.toContain("hush");
    },
  );

  test.each([
    ["a token", JWT],
    ["a sealed answer", JWE],
    ["Slack's bot token", "xoxb-1234-abcd"],
    ["Slack's app token", "xapp-1-A1-2-abcd"],
  ])("in an error's message: %s", (_, secret) => {
    const text = JSON.stringify(
      linesOf((log) => createEvents(log).failed("refused", {}, new Error(`sent ${secret}!`))),
    );

    expect(text).toContain("sent [secret]!");
    expect(text).not.toContain(secret);
  });

  test("in the second line of an error's message, which a stack repeats", () => {
    const cause = new Error(`the server says:\nauthorization: Bearer ${JWT}\nand more`);

    expect(JSON.stringify(linesOf((log) => createEvents(log).failed("refused", {}, cause)))).not.toContain(JWT);
  });

  test("in what a client hangs on its errors", () => {
    const cause = Object.assign(new Error("401"), {
      request: { headers: { authorization: "Bearer hush" } },
      response: { body: "hush" },
      code: { hush: "hush" },
      cause: new Error("hush"),
    });

    expect(JSON.stringify(linesOf((log) => createEvents(log).failed("refused", {}, cause)))).not.toContain("hush");
  });

  test("in something thrown that is no error", () => {
    expect(JSON.stringify(linesOf((log) => createEvents(log).failed("thrown", {}, { token: "hush" })))).not.toContain(
      "hush",
    );
  });

  test("in a cause that is only words, which are kept", () => {
    const [line] = linesOf((log) => log.warn({ cause: "ratelimited for xoxb-1-hush" }, "slack does not answer"));

    expect(line).toMatchObject({ cause: { message: "ratelimited for [secret]" } });
  });

  test("by an answer that is megabytes long", () => {
    const [line] = linesOf((log) => createEvents(log).failed("refused", {}, new Error("x".repeat(1_000_000))));

    expect(JSON.stringify(line).length).toBeLessThan(5000);
  });
});
