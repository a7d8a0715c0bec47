/** The world of the matrix: one person, whose role and kind change, beside people who stay what they are. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import { NOON, POLICY_INPUT, sampleRecord } from "../../fakes/samples.ts";

/** What somebody is to a request; a decider is an approver who said yes to it. */
export const ROLES = [
  ...([
    "asker",
    "asker on call",
    "approver",
    "decider",
    "approver elsewhere",
    "on-call",
    "reviewer",
    "sponsor",
  ] as const),
  ...(["bystander", "stranger"] as const),
];
export type Role = (typeof ROLES)[number];

/** What somebody is to the house; mia, who asks where nobody else does, is Acme's. */
export const KINDS = [
  ...(["employee", "contractor of Acme", "contractor of Umbra", "guest", "external"] as const),
  ...(["switched off", "contract over"] as const),
];
export type Kind = (typeof KINDS)[number];

/** The person of a cell. */
export const PAT = "pat";

const COMPANIES: Readonly<Record<Kind, string | undefined>> = {
  employee: undefined,
  "contractor of Acme": "acme",
  "contractor of Umbra": "umbra",
  guest: "acme",
  external: "umbra",
  "switched off": undefined,
  "contract over": undefined,
};

/** Takes a role and a kind; returns the policy in which pat is both. */
export function policyOf(role: Role, kind: Kind): PolicyShape {
  const company = COMPANIES[kind];
  const pat = {
    ...{ name: "Pat", slack: "T0HOME/U0PAT" },
    ...(company === undefined ? {} : { company }),
    ...(kind === "contract over" ? { contractEnd: "2026-05-31" } : {}),
  };
  const { people } = POLICY_INPUT;
  const withPat = (own: Role | readonly Role[], others: readonly string[]) =>
    [own].flat().includes(role) ? [...others, PAT] : [...others];
  const group = (name: string, channel: string, own: Role | readonly Role[], others: readonly string[]) => ({
    ...{ name, channel, people: withPat(own, others) },
  });
  return PolicyShape.parse({
    ...POLICY_INPUT,
    companies: {
      acme: { name: "Acme", sponsor: role === "sponsor" ? PAT : "sam", contractEnd: "2026-12-31" },
      umbra: { name: "Umbra", sponsor: "sam", contractEnd: "2026-12-31" },
    },
    people: {
      ...people,
      rita: { name: "Rita Reviewer", slack: "T0HOME/U0RITA" },
      ...(role === "stranger" ? {} : { pat }),
    },
    groups: {
      askers: group("askers", "C0ASKERS", ["asker", "asker on call"], ["mia"]),
      "payments-approvers": group("payments approvers", "C0PAYMENTS", ["approver", "decider"], ["ada", "ben"]),
      "web-approvers": group("web approvers", "C0WEB", "approver elsewhere", ["sam"]),
      "on-call": group("on-call", "C0ONCALL", ["on-call", "asker on call"], ["olga"]),
      reviewers: group("reviewers", "C0REVIEW", "reviewer", ["rita"]),
    },
    rules: [
      {
        ...{ name: "payments", who: ["askers"], cluster: "prod", namespaces: ["payments", "ledger"] },
        ...{ profiles: ["logs"], approvers: "payments-approvers", notSameCompany: true },
      },
      {
        ...{ name: "web", who: ["askers"], cluster: "prod", namespaces: ["web"], profiles: ["logs"] },
        approvers: "web-approvers",
      },
    ],
    breakGlass: {
      ...{ rules: [{ cluster: "prod", namespaces: ["payments"], profiles: ["logs"] }], maxDuration: "1h" },
      ...{ reviewers: "reviewers", reviewWithin: "24h" },
    },
  });
}

/** Takes a role and a kind; returns what Slack says of pat. */
export function recordOf(kind: Kind): PersonRecord {
  return sampleRecord(PAT, {
    active: kind !== "switched off",
    guest: kind === "guest",
    expiresAt: kind === "guest" ? NOON + 86_400_000 : null,
    external: kind === "external",
  });
}
