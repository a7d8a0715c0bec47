import { describe, expect, test } from "vitest";
import { sampleForce } from "../../test/fakes/samples.ts";
import type { Conditions } from "./ports.ts";
import { judgeReason, judgeTicket, plainWords } from "./reason.ts";

const matches: Conditions = { holds: () => null, matchesTicket: (ticket) => /^INC-\d+$/.test(ticket) };
const TICKETS = { pattern: "INC-[0-9]+", example: "INC-4881" };

test("words are compared by letters and digits alone", () => {
  expect(plainWords("  INC-4881: Restart, LOOP!\n")).toBe("inc4881restartloop");
  expect(plainWords("Ｆｕｌｌ １")).toBe("full1");
  expect(plainWords("Über naïve 日本")).toBe("übernaïve日本");
  expect(plainWords("…!?")).toBe("");
});

describe("a reason", () => {
  const judge = (reason: string, { ticket = null as string | null, said = 0, force = sampleForce() } = {}) =>
    judgeReason(force, { reason, ticket, profile: "logs" }, said);
  const withTickets = sampleForce({ tickets: TICKETS }, matches);

  test("is kept as it is, trimmed", () => {
    expect(judge("  Restart loop in api ")).toBe("Restart loop in api");
  });

  test.each<[string, string | object]>([
    ["x".repeat(9), { refused: "reasonTooShort", field: "reason", detail: "10" }],
    [` ${"x".repeat(9)} `, { refused: "reasonTooShort", field: "reason", detail: "10" }],
    ["x".repeat(10), "x".repeat(10)],
    ["x".repeat(500), "x".repeat(500)],
    ["x".repeat(501), { refused: "reasonTooLong", field: "reason", detail: "500" }],
    ["..........", { refused: "reasonTooShort", field: "reason", detail: "10" }],
    ["🚒".repeat(500), { refused: "reasonTooShort", field: "reason", detail: "10" }],
    ["e\u0301".repeat(9), { refused: "reasonTooShort", field: "reason", detail: "10" }],
    ["支払いのログを調べます", "支払いのログを調べます"],
    ["वेब धीमा है आज सुबह से", "वेब धीमा है आज सुबह से"],
    ["a 1. b 2. c 3. d 4. e", { refused: "reasonTooShort", field: "reason", detail: "10" }],
    ["a 1. b 2. c 3. d 4. e 5.", "a 1. b 2. c 3. d 4. e 5."],
    [`${"𝒳".repeat(10)}${"🚒".repeat(490)}`, `${"𝒳".repeat(10)}${"🚒".repeat(490)}`],
    [`${"𝒳".repeat(10)}${"🚒".repeat(491)}`, { refused: "reasonTooLong", field: "reason", detail: "500" }],
  ])("has ten letters or digits to 500 characters: %s", (reason, answer) => {
    expect(judge(reason)).toEqual(answer);
  });

  test("says more than the ticket", () => {
    const refusal = { refused: "reasonIsTicket", field: "reason" };

    expect(judge("OPS-00012345", { ticket: " ops 00012345" })).toEqual(refusal);
    expect(judge("OPS-00012345", { ticket: "OPS-1" })).toBe("OPS-00012345");
    expect(judge("OPS-00012345", { ticket: "  " })).toBe("OPS-00012345");
    expect(judge("INC-00012345", { force: withTickets })).toEqual(refusal);
    expect(judge("INC-00012345 again", { force: withTickets })).toBe("INC-00012345 again");
    expect(judge("INC-00012345", { force: sampleForce({}, matches) })).toBe("INC-00012345");
  });

  test.each([
    ["INC-4881, INC-4882", null],
    ["(INC-4881); [INC-4882]!", null],
    ["  INC-4881\n\tINC-4882 ", null],
    ["INC-4881 … INC-4882", null],
    ["((INC-4881 INC-4882))", null],
    [`INC-${"1".repeat(96)}`, null],
    [`INC-1 (INC-${"1".repeat(96)})`, null],
    ["ops 0001, OPS-0001 ops_0001", "OPS-0001"],
    ["INC-4881 ops-0001", "OPS-0001"],
  ])("says more than tickets, whatever their clothes: %s", (reason, ticket) => {
    expect(judge(reason, { ticket, force: withTickets })).toEqual({ refused: "reasonIsTicket", field: "reason" });
  });

  test("says more than a ticket that has spaces", () => {
    const force = sampleForce(
      { tickets: { pattern: "CASE [0-9]+ [0-9]+", example: "CASE 1 2" } },
      { holds: () => null, matchesTicket: (ticket) => /^CASE \d+ \d+$/.test(ticket) },
    );

    expect(judge("CASE 4881 2026", { force })).toEqual({ refused: "reasonIsTicket", field: "reason" });
    expect(judge("CASE 4881 2026 again", { force })).toBe("CASE 4881 2026 again");
  });

  test.each([
    ["logs logs logs", null],
    ["Read logs, logs: READ LOGS", null],
    ["INC-4881 read logs", null],
    ["Read logs: OPS-0001", "ops 0001"],
    ["logsread logs logs", null],
  ])("says more than the profile's name and tickets, however often: %s", (reason, ticket) => {
    expect(judge(reason, { ticket, force: withTickets })).toEqual({ refused: "reasonIsProfile", field: "reason" });
  });

  test.each([
    ["INC-4881 rollback", null],
    ["INC-4881/INC-4882", null],
    ["read the logs", null],
    ["logs of api and web", "OPS-0001"],
    ["the slow slogs", null],
    ["OPS-0001 again", "OPS-0001"],
    // Longer than any ticket is.
    [`INC-${"1".repeat(97)}`, null],
    [`a INC-${"1".repeat(97)}`, null],
  ])("may name them, where it says more: %s", (reason, ticket) => {
    expect(judge(reason, { ticket, force: withTickets })).toBe(reason);
  });

  test("is read in a time in proportion to its length, however its pieces overlap", () => {
    const reason = `${"a".repeat(499)}b`;
    const force = sampleForce({ tickets: TICKETS }, matches);

    expect(judgeReason(force, { reason, ticket: "a", profile: "aa" }, 0)).toBe(reason);
  });

  test("says more than the profile", () => {
    const profiles = {
      "read-all-logs": { ...withTickets.policy.profiles.logs, maxDuration: "4h", words: "Read the logs" },
    };
    const force = sampleForce({ profiles, rules: [] });
    const of = (reason: string) => judgeReason(force, { reason, ticket: null, profile: "read-all-logs" }, 0);
    const refusal = { refused: "reasonIsProfile", field: "reason" };

    expect(of("Read the logs!")).toEqual(refusal);
    expect(of("READ all logs")).toEqual(refusal);
    expect(of("Read the logs of api")).toBe("Read the logs of api");
    expect(judgeReason(force, { reason: "unknown-profile", ticket: null, profile: "unknown-profile" }, 0)).toEqual(
      refusal,
    );
  });

  test("is not what was written ten times before", () => {
    expect(judge("Restart loop in api", { said: 9 })).toBe("Restart loop in api");
    expect(judge("Restart loop in api", { said: 10 })).toEqual({
      ...{ refused: "reasonRepeated", field: "reason", detail: "10" },
    });
    expect(judge("Restart loop in api", { said: 11 })).toMatchObject({ refused: "reasonRepeated" });
  });
});

describe("a ticket", () => {
  const withPattern = sampleForce({ tickets: TICKETS }, matches);
  const judge = (ticket: string | null, needed = false, force = withPattern) => judgeTicket(force, ticket, needed);

  test("may be left out where none is needed", () => {
    expect(judge(null)).toEqual({ ticket: null });
    expect(judge("  ")).toEqual({ ticket: null });
  });

  test("is needed where one is", () => {
    expect(judge(null, true)).toEqual({ refused: "ticketNeeded", field: "ticket", detail: "INC-4881" });
    expect(judge(" ", true)).toEqual({ refused: "ticketNeeded", field: "ticket", detail: "INC-4881" });
    expect(judge(null, true, sampleForce())).toEqual({ refused: "ticketNeeded", field: "ticket" });
    expect(judge(" INC-1 ", true)).toEqual({ ticket: "INC-1" });
  });

  test("must match wherever there is a pattern", () => {
    expect(judge("OPS-1")).toEqual({ refused: "ticketShape", field: "ticket", detail: "INC-4881" });
    expect(judge("OPS-1", false, sampleForce())).toEqual({ ticket: "OPS-1" });
  });

  test("has at most 100 characters", () => {
    expect(judge("x".repeat(100), false, sampleForce())).toEqual({ ticket: "x".repeat(100) });
    expect(judge("x".repeat(101), false, sampleForce())).toEqual({ refused: "ticketShape", field: "ticket" });
    expect(judge(`INC-${"1".repeat(97)}`)).toMatchObject({ refused: "ticketShape" });
  });
});
