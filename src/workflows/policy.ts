import { z } from "zod";
import { parseDuration } from "./duration.ts";
import type { Millis, PersonId } from "./person.ts";

const Name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "use lower-case letters, digits and dashes, at most 63");
const SlackChannel = z.string().regex(/^[CG][A-Z0-9]{2,}$/, "use a channel id such as C0123456789, not a name");
const SlackKey = z.string().regex(/^[TE][A-Z0-9]{2,}\/[UW][A-Z0-9]{2,}$/, "use team id / user id, such as T0123/U0456");
const Words = z.string().min(1).max(300);
const Duration = z.string().transform((text, context) => {
  const seconds = parseDuration(text);
  if (seconds !== null && seconds > 0) return seconds;
  context.addIssue({ code: "custom", message: `"${text}" is no duration: write 30m, 2h or 1h30m` });
  return z.NEVER;
});
/** A contract's last day, inclusive, in UTC. */
const LastDay = z.iso.date().transform((day) => Math.floor(parseDay(day)) + 86_400_000);

const Company = z.strictObject({ name: Words, sponsor: Name, contractEnd: LastDay });
const Person = z.strictObject({
  name: Words,
  slack: SlackKey,
  company: Name.optional(),
  contractEnd: LastDay.optional(),
});
const Group = z.strictObject({ name: Words, channel: SlackChannel, people: z.array(Name) });
const Profile = z.strictObject({
  role: z.string().regex(/^daypass-profile-[a-z0-9-]+$/, "a catalogue ClusterRole: daypass-profile-…"),
  /** A verb phrase for people, such as "Read logs". */
  words: Words,
  can: Words,
  cannot: Words,
  maxDuration: Duration,
  /** The kubectl arguments that show a newcomer that it works. */
  tryFirst: Words.default("get pods"),
});
const Rule = z.strictObject({
  /** Companies, people or groups. */
  who: z.array(Name).min(1),
  cluster: Name,
  namespaces: z.array(Name).min(1),
  profiles: z.array(Name).min(1),
  approvers: Name,
  maxDuration: Duration.optional(),
});

/** The policy file: deny by default, so what no rule allows cannot be asked for. */
export const Policy = z
  .strictObject({
    version: z.literal(1),
    slack: z.strictObject({ requestsChannel: SlackChannel, linkedBy: Words }),
    companies: z.record(Name, Company).default({}),
    people: z.record(Name, Person),
    groups: z.record(Name, Group),
    onCall: Name,
    profiles: z.record(Name, Profile),
    rules: z.array(Rule),
  })
  .superRefine(checkNames);
export type Policy = z.infer<typeof Policy>;
export type Rule = Policy["rules"][number];

type Context = { addIssue: (issue: { code: "custom"; message: string; path: (string | number)[] }) => void };
type Drafted = z.infer<typeof Policy>;

/** A name that points nowhere is a fault at load, never a hole at decision time. */
function checkNames(policy: Drafted, context: Context): void {
  const known = (where: Readonly<Record<string, unknown>>, name: string, what: string, path: (string | number)[]) => {
    if (!Object.hasOwn(where, name)) {
      context.addIssue({ code: "custom", message: `there is no ${what} "${name}"`, path });
    }
  };
  for (const [id, company] of Object.entries(policy.companies)) {
    known(policy.people, company.sponsor, "person", ["companies", id, "sponsor"]);
  }
  for (const [id, person] of Object.entries(policy.people)) {
    if (person.company !== undefined) known(policy.companies, person.company, "company", ["people", id, "company"]);
  }
  for (const [id, group] of Object.entries(policy.groups)) {
    for (const [i, name] of group.people.entries()) {
      known(policy.people, name, "person", ["groups", id, "people", i]);
    }
  }
  known(policy.groups, policy.onCall, "group", ["onCall"]);
  const whoever = { ...policy.companies, ...policy.people, ...policy.groups };
  for (const [i, rule] of policy.rules.entries()) {
    for (const [j, name] of rule.who.entries()) {
      known(whoever, name, "company, person or group", ["rules", i, "who", j]);
    }
    for (const [j, name] of rule.profiles.entries()) {
      known(policy.profiles, name, "profile", ["rules", i, "profiles", j]);
    }
    known(policy.groups, rule.approvers, "group", ["rules", i, "approvers"]);
  }
  checkDistinct(policy, context);
}

/** Two people behind one Slack account, or one id for a person and a group, would make "who" ambiguous. */
function checkDistinct(policy: Drafted, context: Context): void {
  const bySlack = new Map<string, string>();
  for (const [id, person] of Object.entries(policy.people)) {
    const other = bySlack.get(person.slack);
    if (other !== undefined) {
      const message = `${other} has the same Slack account`;
      context.addIssue({ code: "custom", message, path: ["people", id, "slack"] });
    }
    bySlack.set(person.slack, id);
  }
  for (const id of Object.keys(policy.groups)) {
    if (Object.hasOwn(policy.people, id) || Object.hasOwn(policy.companies, id)) {
      const message = `"${id}" is also a person or a company; rules could not tell them apart`;
      context.addIssue({ code: "custom", message, path: ["groups", id] });
    }
  }
  for (const id of Object.keys(policy.companies)) {
    if (Object.hasOwn(policy.people, id)) {
      const message = `"${id}" is also a person; rules could not tell them apart`;
      context.addIssue({ code: "custom", message, path: ["companies", id] });
    }
  }
}

/** Days since 1970 by the civil calendar (Howard Hinnant's days_from_civil), in milliseconds: no `Date` in this folder. */
function parseDay(iso: string): Millis {
  const [year = 1970, month = 1, day = 1] = iso.split("-").map(Number);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * 86_400_000;
}

/** Takes a policy and a Slack key (`T…/U…`); returns the linked person's id, or null for a stranger. */
export function personBySlack(policy: Policy, slackKey: string): PersonId | null {
  const found = Object.entries(policy.people).find(([, person]) => person.slack === slackKey);
  return found === undefined ? null : found[0];
}

/** Takes a person's id; returns the moment their contract ends (own or company's, the earlier), or null for none. */
export function contractEnd(policy: Policy, id: PersonId): Millis | null {
  const person = own(policy.people, id);
  const ends = [
    person?.contractEnd,
    person?.company === undefined ? undefined : own(policy.companies, person.company)?.contractEnd,
  ];
  const known = ends.filter((end) => end !== undefined);
  return known.length > 0 ? Math.min(...known) : null;
}

/** Takes a person's id and a rule; returns whether the rule names them, their company or a group of theirs. */
export function isNamed(policy: Policy, id: PersonId, rule: Rule): boolean {
  const company = own(policy.people, id)?.company;
  return rule.who.some((name) => name === id || (company !== undefined && name === company) || isIn(policy, id, name));
}

/** Takes a person's id and a group's; returns whether they are in it. */
export function isIn(policy: Policy, id: PersonId, group: string): boolean {
  return own(policy.groups, group)?.people.includes(id) ?? false;
}

/** A person may be called `constructor`, which every object answers to by itself: only entries of the file count. */
export function own<Entry>(entries: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** Takes the policy (null while it cannot be read); returns the channel of those on call, null where it is not known. */
export function onCallChannel(policy: Policy | null): string | null {
  return policy === null ? null : (own(policy.groups, policy.onCall)?.channel ?? null);
}
