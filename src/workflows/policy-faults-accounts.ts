/** Faults of people's accounts: nobody may pass for somebody else. */
import { homeTeams, teamOf } from "./home-team.ts";
import { looksOf } from "./look-alike.ts";
import { accountIn } from "./person.ts";
import type { PolicyFault } from "./policy-fault.ts";
import type { PolicyShape } from "./policy-schema.ts";

type Person = PolicyShape["people"][string];

/**
 * Takes a policy; returns where two people share an account, whatever stands before its user id, and where a contractor's is
 * of a workspace of nobody's.
 */
export function accountFaults(policy: PolicyShape): readonly PolicyFault[] {
  const people = Object.entries(policy.people);
  return [
    ...sharedFaults(people, "slack", "Slack user id", (person) => accountIn(person.slack)),
    ...sharedFaults(people, "email", "e-mail address", (person) => person.email?.toLowerCase()),
    ...sharedFaults(people, "idp", "subject at the identity provider", (person) => person.idp),
    ...lookAlikeNames(people),
    ...foreignFaults(policy, people),
  ];
}

function sharedFaults(
  people: readonly (readonly [string, Person])[],
  setting: "slack" | "email" | "idp",
  words: string,
  of: (person: Person) => string | undefined,
): readonly PolicyFault[] {
  const holders = new Map<string, string>();
  return people.flatMap(([id, person]) => {
    const value = of(person);
    const other = value === undefined ? undefined : holders.get(value);
    if (value !== undefined && other === undefined) holders.set(value, id);
    if (other === undefined) return [];
    return { path: ["people", id, setting], message: `${other} has the same ${words}: write ${id}'s own` };
  });
}

/** Two people may be of one name, and it may be written with or without capitals; nobody's is another's in other letters. */
function lookAlikeNames(people: readonly (readonly [string, Person])[]): readonly PolicyFault[] {
  const written = ({ name }: Person) => name.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
  const before = new Map<string, readonly [string, Person]>();
  return people.flatMap(([id, person]) => {
    const looks = looksOf(person.name);
    const [other, holder] = before.get(looks) ?? [id, person];
    before.set(looks, [other, holder]);
    if (written(holder) === written(person)) return [];
    const message = `looks like ${other}'s name and is of other letters: write it with those that it is read as`;
    return [{ path: ["people", id, "name"], message }];
  });
}

/** The home workspaces are those of employees; without any, nobody can tell. */
function foreignFaults(policy: PolicyShape, people: readonly (readonly [string, Person])[]): readonly PolicyFault[] {
  const { companies } = policy;
  const home = homeTeams(policy);
  if (home.size === 0) return [];
  return people.flatMap(([id, person]) => {
    const team = teamOf(person);
    const company = person.company;
    if (company === undefined || !Object.hasOwn(companies, company) || home.has(team)) return [];
    const theirs = companies[company]?.slackTeam;
    if (theirs === team) return [];
    const message =
      theirs === undefined
        ? `is of another Slack workspace than your people: give ${company} slackTeam: ${team}, if it is theirs`
        : `is of ${team}, which is neither your workspace nor ${company}'s (${theirs})`;
    return { path: ["people", id, "slack"], message };
  });
}
