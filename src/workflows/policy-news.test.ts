import { expect, test } from "vitest";
import { samplePolicy } from "../../test/fakes/samples.ts";
import { tellPolicyNews } from "./policy-news.ts";

const news = { policy: samplePolicy(), hash: "sha256:bad" };

test("each channel in which somebody approves is told of a bad policy, once whoever reads it", () => {
  const { writes, rows, tellings } = tellPolicyNews({ ...news, faults: ["policy.yaml:1:10: version: write 1"] });

  expect([writes, rows]).toEqual([[], []]);
  expect(tellings).toEqual(
    ["C0PAYMENTS", "C0WEB"].map((lane) => ({
      key: `policy-fault:sha256:bad:${lane}`,
      lane,
      tell: { kind: "policyFault", faults: ["policy.yaml:1:10: version: write 1"] },
    })),
  );
});

test("that it is mended is told in the same channels, and is not taken for what was told before", () => {
  const { tellings } = tellPolicyNews({ ...news, faults: [] });

  expect(tellings.map(({ key }) => key)).toEqual([
    "policy-mended:sha256:bad:C0PAYMENTS",
    "policy-mended:sha256:bad:C0WEB",
  ]);
  expect(tellings[0]?.tell).toEqual({ kind: "policyFault", faults: [] });
});
