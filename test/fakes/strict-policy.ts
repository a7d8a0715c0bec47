import type { Policy } from "../../src/workflows/policy.ts";
import { POLICY_INPUT, samplePolicy } from "./samples.ts";

const [PAYMENTS] = POLICY_INPUT.rules;

/** Takes what differs in the rule for payments; returns the sample policy with that rule alone. */
export function policyWithRule(rule: Record<string, unknown>, changes: Record<string, unknown> = {}): Policy {
  return samplePolicy({ rules: [{ ...PAYMENTS, ...rule }], ...changes });
}

/** Two yeses are needed, of ada, ben and sam. */
export const TWO_YESES = {
  groups: {
    ...POLICY_INPUT.groups,
    "payments-approvers": { ...POLICY_INPUT.groups["payments-approvers"], people: ["ada", "ben", "sam"] },
  },
};

/** On-call lends olga logs anywhere in prod, for an hour at most; sam looks at it within a day. */
export const BREAK_GLASS = {
  breakGlass: {
    ...{ rules: [{ cluster: "prod", namespaces: ["*"], profiles: ["logs"] }], maxDuration: "1h" },
    ...{ reviewers: "web-approvers", reviewWithin: "24h" },
  },
};
