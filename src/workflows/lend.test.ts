import { expect, test } from "vitest";
import {
  NOON,
  SAMPLE_APPROVAL,
  SAMPLE_TARGET,
  samplePolicy,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { lend } from "./lend.ts";

test("each target becomes a pass of its own, called by its place, and all end at one moment", () => {
  const targets = [SAMPLE_TARGET, { ...SAMPLE_TARGET, cluster: "dev" }];
  const { decision, lent } = SAMPLE_APPROVAL;

  const { end, grants } = lend(samplePolicy(), sampleRecord("mia"), sampleRequest({ targets }), { decision, lent });

  expect(end).toBe(NOON + 7_200_000);
  expect(grants).toMatchObject([
    { id: "abcdefghija", cluster: "prod", end },
    { id: "abcdefghijb", cluster: "dev", end },
  ]);
});
