import { expect, test } from "vitest";
import { NOON, SAMPLE_FACTS, sampleForce, sampleRecord } from "../../test/fakes/samples.ts";
import { glassOffer } from "./glass-offer.ts";

const breakGlass = {
  rules: [
    { cluster: "prod", namespaces: ["pay*", { label: "tier", value: "web" }], profiles: ["logs", "restart"] },
    { cluster: "prod", namespaces: ["ledger"], profiles: ["logs"] },
  ],
  ...{ maxDuration: "30m", reviewers: "web-approvers", reviewWithin: "24h" },
};
const FACTS = { ...SAMPLE_FACTS, namespaceLabels: { web: { tier: "web" } } };
const factsOf = (cluster: string) => (cluster === "prod" ? FACTS : null);

test("who is on call is offered what is open now, with the emergency's own cap, to be read by its reviewers", () => {
  const offered = glassOffer(sampleForce({ breakGlass }), sampleRecord("olga"), factsOf, NOON);

  expect(offered).toMatchObject([
    { profile: "logs", namespaces: ["ledger", "payments", "web"], maxDurationSeconds: 1800, quorum: 0 },
    { profile: "restart", namespaces: ["payments", "web"], maxDurationSeconds: 1800, approvers: ["web-approvers"] },
  ]);
});

test("while nothing is known of the cluster it is still named, with nothing in it", () => {
  const offered = glassOffer(sampleForce({ breakGlass }), sampleRecord("olga"), () => null, NOON);

  expect(offered.map(({ namespaces }) => namespaces)).toEqual([[], []]);
});

test.each([
  ["somebody who is not on call", "ada", {}],
  ["a guest", "olga", { guest: true }],
  ["somebody of another organisation's Slack", "olga", { external: true }],
  ["somebody deactivated", "olga", { active: false }],
  ["somebody whose guest account is over", "olga", { expiresAt: NOON }],
])("P6 · nothing is offered to %s", (_, person, changes) => {
  expect(glassOffer(sampleForce({ breakGlass }), sampleRecord(person, changes), factsOf, NOON)).toEqual([]);
});

test("P6 · nothing is offered by a policy without break-glass", () => {
  expect(glassOffer(sampleForce(), sampleRecord("olga"), factsOf, NOON)).toEqual([]);
});

test("what is offered says all that a form shows, and that nobody is asked", () => {
  const offered = glassOffer(sampleForce({ breakGlass }), sampleRecord("olga"), factsOf, NOON);

  expect(offered[1]).toEqual({
    ...{ cluster: "prod", namespaces: ["payments", "web"], profile: "restart", words: "Restart workloads" },
    ...{ can: "delete pods", cannot: "read Secrets, run commands", maxDurationSeconds: 1800 },
    ...{ approvers: ["web-approvers"], quorum: 0, ticket: false, rule: "breakGlass", whenWords: null },
  });
});

test("of several clusters each is offered with its own namespaces", () => {
  const [rule] = breakGlass.rules;
  const rules = [
    { ...rule, profiles: ["logs"] },
    { ...rule, cluster: "dev", namespaces: ["*"], profiles: ["logs"] },
  ];
  const force = sampleForce({ breakGlass: { ...breakGlass, rules } });

  const offered = glassOffer(force, sampleRecord("olga"), factsOf, NOON);

  expect(offered.map(({ cluster, namespaces }) => [cluster, namespaces])).toEqual([
    ["prod", ["payments", "web"]],
    ["dev", []],
  ]);
});

test("a profile that is not there is not offered", () => {
  const force = sampleForce({ breakGlass });
  const { logs } = force.policy.profiles;

  const offered = glassOffer(
    { ...force, policy: { ...force.policy, profiles: logs === undefined ? {} : { logs } } },
    sampleRecord("olga"),
    factsOf,
    NOON,
  );

  expect(offered.map(({ profile }) => profile)).toEqual(["logs"]);
});
