/** Conditions that random policies use, each read twice: by the product's CEL, and by JavaScript for the referee. */
import { checkConditions, compileConditions } from "../../../src/policy/conditions.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { Conditions, Question } from "../../../src/workflows/ports.ts";
import type { Law } from "./terms.ts";

type Reading = (question: Question) => boolean | null;

const READINGS: Readonly<Record<string, Reading>> = {
  'asker.company == "acme"': ({ asker }) => asker.company === "acme",
  "asker.guest": ({ asker }) => asker.guest,
  'asker.id in ["mia", "olga"]': ({ asker }) => ["mia", "olga"].includes(asker.id),
  'asker.email.endsWith("@acme.example")': ({ asker }) => asker.email.endsWith("@acme.example"),
  'target.namespace.startsWith("pay")': ({ target }) => target.namespace.startsWith("pay"),
  '!(target.profile == "logs")': ({ target }) => target.profile !== "logs",
  // Of what is not there, nothing can be told.
  'target.labels["team"] == "pay"': ({ target: { labels } }) =>
    labels.team === undefined ? null : labels.team === "pay",
  'target.clusterLabels.env == "prod"': ({ target: { clusterLabels } }) =>
    clusterLabels.env === undefined ? null : clusterLabels.env === "prod",
  '"team" in target.labels && target.labels["team"] == "pay"': ({ target }) => target.labels.team === "pay",
  "seconds <= 3600": ({ seconds }) => seconds <= 3600,
  'tier != "high"': ({ tier }) => tier !== "high",
  "now.hour >= 8 && now.hour < 18": ({ now }) => now.hour >= 8 && now.hour < 18,
  'now.weekday in ["sat", "sun"]': ({ now }) => now.weekday === "sat" || now.weekday === "sun",
  "now.minute < 30": ({ now }) => now.minute < 30,
  "now.epoch % 2 == 0": ({ now }) => now.epoch % 2 === 0,
  // Never true or false.
  "1 / (seconds - seconds) == 1": () => null,
};
/** The conditions themselves. */
export const EXPRESSIONS = Object.keys(READINGS);

const TICKETS = { pattern: "INC-[0-9]+", example: "INC-1" };
const isTicket = (text: string) => /^INC-[0-9]+$/.test(text);

function compile(tickets: typeof TICKETS | undefined): Conditions {
  const people = Object.fromEntries(["mia", "olga"].map((id) => [id, { name: id, slack: "T0/U0" }]));
  const profile = { ...{ role: "r", words: "w", can: "c", cannot: "c", maxDuration: 1, tryFirst: "t" } };
  const company = { name: "Acme", sponsor: "olga", contractEnd: 0 };
  const denials = EXPRESSIONS.map((when, i) => ({ name: `d-${i}`, why: "because", when }));
  const texts = { people, companies: { acme: company }, profiles: { logs: profile }, rules: [], denials, tickets };
  const { checked, faults } = checkConditions(texts);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return compileConditions(checked, texts);
}
const WITH_TICKETS = compile(TICKETS);
const WITHOUT = compile(undefined);

/** Takes a policy whose conditions are all of EXPRESSIONS; returns how the product and how the referee read them. */
export function readTwice(policy: PolicyShape): { readonly conditions: Conditions; readonly law: Law } {
  const hasTickets = policy.tickets !== undefined;
  return {
    conditions: hasTickets ? WITH_TICKETS : WITHOUT,
    law: {
      policy,
      holds: (when, question) => READINGS[when]?.(question) ?? null,
      isTicket: (text) => hasTickets && isTicket(text),
    },
  };
}
