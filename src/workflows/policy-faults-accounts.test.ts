import { describe, expect, test } from "vitest";
import { POLICY_INPUT, samplePolicy } from "../../test/fakes/samples.ts";
import { accountFaults } from "./policy-faults-accounts.ts";
import { PolicyShape } from "./policy-schema.ts";

const { people, companies } = POLICY_INPUT;

function faultsOf(changes: Record<string, unknown>): string[] {
  const shape = PolicyShape.parse({ ...POLICY_INPUT, ...changes });
  return accountFaults(shape).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("two people cannot share", () => {
  const two = (ada: object, ben: object) => ({
    people: { ...people, ada: { ...people.ada, ...ada }, ben: { ...people.ben, ...ben } },
  });

  test("a Slack account", () => {
    expect(faultsOf(two({}, { slack: people.ada.slack }))).toEqual([
      "people.ben.slack: ada has the same Slack user id: write ben's own",
    ]);
  });

  test("P6 · a Slack account of which one has the team's key and the other the organisation's", () => {
    expect(faultsOf(two({}, { slack: "E0ORG/U0ADA" }))).toEqual([
      "people.ben.slack: ada has the same Slack user id: write ben's own",
    ]);
    expect(faultsOf(two({}, { slack: "E0ORG/U0BEN" }))).toEqual([]);
  });

  test("an e-mail address, however it is written", () => {
    expect(faultsOf(two({ email: "ada@example.com" }, { email: "Ada@Example.com" }))).toEqual([
      "people.ben.email: ada has the same e-mail address: write ben's own",
    ]);
    expect(faultsOf(two({ email: "ada@example.com" }, { email: "ben@example.com" }))).toEqual([]);
  });

  test("a subject at the identity provider, whose letters count", () => {
    expect(faultsOf(two({ idp: "00u1" }, { idp: "00u1" }))).toEqual([
      "people.ben.idp: ada has the same subject at the identity provider: write ben's own",
    ]);
    expect(faultsOf(two({ idp: "00u1" }, { idp: "00U1" }))).toEqual([]);
  });

  test("a name in other letters that look the same; two may be called the same", () => {
    expect(faultsOf(two({ name: "Jo" }, { name: "\u0408\u043e" }))).toEqual([
      "people.ben.name: looks like ada's name and is of other letters: write it with those that it is read as",
    ]);
    expect(faultsOf(two({ name: "Jo Park" }, { name: "jo  park" }))).toEqual([]);
  });

  test("but each of three is told of the first", () => {
    const { slack } = people.ada;

    expect(
      faultsOf({ ...two({}, { slack }), people: { ...two({}, { slack }).people, sam: { ...people.sam, slack } } }),
    ).toEqual([
      "people.ada.slack: sam has the same Slack user id: write ada's own",
      "people.ben.slack: sam has the same Slack user id: write ben's own",
    ]);
  });
});

describe("a contractor's account of another workspace", () => {
  const mia = { people: { ...people, mia: { ...people.mia, slack: "T0ACME/U0MIA" } } };
  const of = (slackTeam?: string) => faultsOf({ ...mia, companies: { acme: { ...companies.acme, slackTeam } } });

  test("must be of the company's", () => {
    expect(of("T0ACME")).toEqual([]);
    expect(of("T0OTHER")).toEqual([
      "people.mia.slack: is of T0ACME, which is neither your workspace nor acme's (T0OTHER)",
    ]);
    expect(of()).toEqual([
      "people.mia.slack: is of another Slack workspace than your people: give acme slackTeam: T0ACME, if it is theirs",
    ]);
  });

  test("may be of any of the workspaces that employees are of", () => {
    expect(faultsOf({ people: { ...mia.people, ben: { ...people.ben, slack: "T0ACME/U0BEN" } } })).toEqual([]);
  });

  test("cannot be told where there is no employee", () => {
    const { mia: one, max } = people;

    expect(faultsOf({ people: { mia: { ...one, slack: "T0ACME/U0MIA" }, max } })).toEqual([]);
  });

  test("is not asked of a company that is not there: that is a fault of its own", () => {
    expect(faultsOf({ ...mia, companies: {} })).toEqual([]);
  });
});

test("the sample policy's accounts are without fault", () => {
  expect(accountFaults(samplePolicy())).toEqual([]);
});
