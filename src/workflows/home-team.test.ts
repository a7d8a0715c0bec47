import { describe, expect, test } from "vitest";
import { externalPeople } from "./home-team.ts";

const person = (team: string, company?: string) => ({ name: "Some", slack: `${team}/U0SOME`, company });
const acme = (slackTeam?: string) => ({ acme: { name: "Acme", sponsor: "ann", contractEnd: 0, slackTeam } });
const external = (people: Record<string, ReturnType<typeof person>>, slackTeam?: string) => [
  ...externalPeople({ people, companies: acme(slackTeam) }),
];

describe("an account is of another organisation's Slack", () => {
  test("where its team is none that employees are of", () => {
    const people = { ann: person("T0HOME"), eve: person("E0HOME"), mia: person("T0ACME", "acme") };

    expect(external({ ...people, moe: person("T0HOME", "acme"), max: person("E0HOME", "acme") }, "T0ACME")).toEqual([
      "mia",
    ]);
  });

  test("where it is an employee's, in a company's own team", () => {
    expect(external({ ann: person("T0HOME"), eve: person("T0ACME") }, "T0ACME")).toEqual(["eve"]);
  });

  test("never where a company's own team is the only one of all employees", () => {
    expect(external({ ann: person("T0HOME"), mia: person("T0HOME", "acme") }, "T0HOME")).toEqual([]);
  });

  test("without a single employee, where it is of the company's own team", () => {
    const people = { mia: person("T0ACME", "acme"), moe: person("T0HOME", "acme"), max: person("T0ACME", "gone") };

    expect(external(people, "T0ACME")).toEqual(["mia"]);
    expect(external(people)).toEqual([]);
  });
});

test("who they are is found once for each policy: each question asks it", () => {
  const people = { ann: person("T0HOME"), mia: person("T0ACME", "acme") };
  const [policy, next] = [
    { people, companies: acme("T0ACME") },
    { people: { ...people, moe: person("T0ACME", "acme") }, companies: acme("T0ACME") },
  ];

  expect(externalPeople(policy)).toBe(externalPeople(policy));
  expect([...externalPeople(next)]).toEqual(["mia", "moe"]);
});
