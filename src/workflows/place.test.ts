import { expect, test } from "vitest";
import { SAMPLE_WISH } from "../../test/fakes/sample-wish.ts";
import { NOON, POLICY_INPUT, sampleAround, sampleForce, sampleRecord } from "../../test/fakes/samples.ts";
import { judgeWish } from "./judge.ts";

const [RULE] = POLICY_INPUT.rules;

test("rules that decide together are named in order of the alphabet, and so are their groups, whatever is strictest", () => {
  const approvers = ["web-approvers", "payments-approvers"];
  const force = sampleForce({
    rules: [
      { ...RULE, name: "zeta", namespaces: ["ledger"], approvers },
      { ...RULE, name: "alpha", namespaces: ["payments"], approvers: approvers.toReversed() },
    ],
  });
  const wish = { ...SAMPLE_WISH, namespaces: ["ledger", "payments"] };

  expect(judgeWish(force, sampleRecord("mia"), wish, sampleAround(), NOON)).toMatchObject({
    needs: { rules: ["alpha", "zeta"] },
    approvers: ["payments-approvers", "web-approvers"],
    channel: "C0PAYMENTS",
  });
});
