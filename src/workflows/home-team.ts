/** Whose Slack somebody's account is of, as far as the policy alone can tell. Of people who click, Slack is asked. */
import type { PersonId } from "./person.ts";
import type { PolicyShape } from "./policy-schema.ts";

type Teams = Pick<PolicyShape, "people" | "companies">;

/** Takes a person as the policy has them; returns the id of their account's team, or enterprise. */
export function teamOf({ slack }: Pick<PolicyShape["people"][string], "slack">): string {
  return slack.slice(0, slack.indexOf("/"));
}

/**
 * Takes a policy; returns the teams that are our own: those of employees, without the companies' own. None where there is
 * no employee, as nobody can tell then.
 */
export function homeTeams({ people, companies }: Teams): ReadonlySet<string> {
  const employees = Object.values(people).filter(({ company }) => company === undefined);
  const teams = new Set(employees.map(teamOf));
  const theirs = new Set(Object.values(companies).map(({ slackTeam }) => slackTeam));
  const home = [...teams].filter((team) => !theirs.has(team));
  return home.length > 0 ? new Set(home) : teams;
}

/** By policy, which does not change: there is a new one in its place. Each question asks it, and lint for each of its rules. */
const EXTERNAL = new WeakMap<Teams, ReadonlySet<PersonId>>();

/**
 * Takes a policy; returns who in it comes from another organisation's Slack: whose account is of a team that is not our
 * own, and without a single employee, of their company's.
 */
export function externalPeople(policy: Teams): ReadonlySet<PersonId> {
  const external = EXTERNAL.get(policy) ?? findExternal(policy);
  EXTERNAL.set(policy, external);
  return external;
}

function findExternal({ people, companies }: Teams): ReadonlySet<PersonId> {
  const home = homeTeams({ people, companies });
  const theirs = new Map<string | undefined, string | undefined>(
    Object.entries(companies).map(([id, { slackTeam }]) => [id, slackTeam]),
  );
  const external = Object.entries(people).filter(([, person]) => {
    const team = teamOf(person);
    return home.size > 0 ? !home.has(team) : theirs.get(person.company) === team;
  });
  return new Set(external.map(([id]) => id));
}
