import { expect, test } from "vitest";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { isFresh } from "./person.ts";

test("what Slack said of somebody may be acted on for five minutes, and no longer", () => {
  const record = sampleRecord("ada");

  expect(isFresh(record, NOON + 300_000)).toBe(true);
  expect(isFresh(record, NOON + 300_001)).toBe(false);
});
