import { expect, test } from "vitest";
import { samplePolicy } from "../../test/fakes/samples.ts";
import { tellPolicyNews } from "./policy-news.ts";

const news = { policy: samplePolicy(), hash: "sha256:bad", at: 7 };

test("each channel in which somebody approves is told of a bad policy, and of which version", () => {
  const { writes, rows, tellings } = tellPolicyNews({ ...news, faults: ["policy.yaml:1:10: version: write 1"] });

  expect([writes, rows]).toEqual([[], []]);
  expect(tellings).toEqual(
    ["C0PAYMENTS", "C0WEB"].map((lane) => ({
      key: `policy-fault:sha256:bad:7:${lane}`,
      lane,
      tell: { kind: "policyFault", version: "sha256:bad", faults: ["policy.yaml:1:10: version: write 1"] },
    })),
  );
});

test("that it is mended is told in the same channels, and is not taken for what was told before", () => {
  const { tellings } = tellPolicyNews({ ...news, faults: [] });

  expect(tellings.map(({ key }) => key)).toEqual([
    "policy-mended:sha256:bad:7:C0PAYMENTS",
    "policy-mended:sha256:bad:7:C0WEB",
  ]);
  expect(tellings[0]?.tell).toEqual({ kind: "policyFault", version: "sha256:bad", faults: [] });
});

test("one that comes back is told under a key of its own, so that what was told a moment ago does not stand for it", () => {
  const keysAt = (at: number) =>
    tellPolicyNews({ ...news, at, faults: ["policy.yaml:1:1: x"] }).tellings.map(({ key }) => key);

  expect(keysAt(8)).not.toContain(keysAt(7)[0]);
});
