import { expect, test } from "vitest";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { accountIn, isFresh, isOfAccount, isTheirs } from "./person.ts";

test("what Slack said of somebody may be acted on for five minutes, and no longer", () => {
  const record = sampleRecord("ada");

  expect(isFresh(record, NOON + 300_000)).toBe(true);
  expect(isFresh(record, NOON + 300_001)).toBe(false);
});

test("an account is told by its user id, whatever stands before that, also where Slack told nothing else", () => {
  const ada = sampleRecord("ada");

  expect(["T0HOME/U0ADA", "E0ORG/U0ADA", "U0ADA"].map(accountIn)).toEqual(["U0ADA", "U0ADA", "U0ADA"]);
  expect(["T0HOME/U0ADA", "E0ORG/U0ADA", "T0HOME/U0BEN"].map((key) => isTheirs(ada, key))).toEqual([true, true, false]);
  expect(isOfAccount(ada, "T0HOME/U0BEN")).toBe(false);
});

test("where nobody wrote down with which account, it may be anybody's, and is known to be nobody's", () => {
  expect(isOfAccount(sampleRecord("ada"), undefined)).toBe(true);
  expect(isTheirs(sampleRecord("ada"), undefined)).toBe(false);
});
