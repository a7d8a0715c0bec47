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
