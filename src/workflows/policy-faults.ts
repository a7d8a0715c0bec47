/**
 * What the shape of a policy cannot see: names that point nowhere, what would be ambiguous, what could never decide. Each
 * fault has the path to its place and says what to write instead; all of them are found at once.
 */
import { isZone } from "./local-time.ts";
import { mixedWords } from "./look-alike.ts";
import type { PolicyFault } from "./policy-fault.ts";
import { accountFaults } from "./policy-faults-accounts.ts";
import { overlapFaults } from "./policy-faults-overlap.ts";
import type { PolicyShape, Rule } from "./policy-schema.ts";

type Path = PolicyFault["path"];

/** Takes a policy of the right shape; returns every fault in it: a hole at decision time is a fault when it is read. */
export function policyFaults(policy: PolicyShape): readonly PolicyFault[] {
  return [
    ...nameFaults(policy),
    ...sharedIdFaults(policy),
    ...accountFaults(policy),
    ...twiceFaults("rules", policy.rules),
    ...twiceFaults("denials", policy.denials),
    ...twiceFaults("separation", policy.separation),
    ...policy.rules.flatMap((rule, i) => ruleFaults(policy, rule, ["rules", i])),
    ...overlapFaults(policy),
    ...riskFaults(policy),
    ...lookAlikeFaults(policy, []),
  ];
}

/** Takes ids in use, what they are, and names with the path of each; returns those that are not among them. */
function unknown(
  known: Readonly<Record<string, unknown>>,
  what: string,
  names: readonly (readonly [string | undefined, Path])[],
): readonly PolicyFault[] {
  const ids = Object.keys(known);
  const hint = ids.length > 0 && ids.length <= 12 ? `: write one of ${ids.join(", ")}` : "";
  return names.flatMap(([name, path]) => {
    if (name === undefined || Object.hasOwn(known, name)) return [];
    return { path, message: `there is no ${what} "${name}"${hint}` };
  });
}

function each(names: readonly string[] | undefined, path: Path): readonly (readonly [string, Path])[] {
  return (names ?? []).map((name, i) => [name, [...path, i]] as const);
}

function nameFaults(policy: PolicyShape): readonly PolicyFault[] {
  const { people, companies, groups, profiles, rules, denials, separation, breakGlass } = policy;
  const sides = (side: "first" | "second") =>
    separation.flatMap((one, i) => each(one[side].profiles, ["separation", i, side, "profiles"]));
  const whoever = { ...companies, ...people, ...groups };
  return [
    ...unknown(people, "person", [
      ...Object.entries(companies).map(([id, { sponsor }]) => [sponsor, ["companies", id, "sponsor"]] as const),
      ...Object.entries(groups).flatMap(([id, group]) => each(group.people, ["groups", id, "people"])),
    ]),
    ...unknown(
      companies,
      "company",
      Object.entries(people).map(([id, { company }]) => [company, ["people", id, "company"]] as const),
    ),
    ...unknown(groups, "group", [
      [policy.onCall, ["onCall"]],
      ...rules.flatMap(({ approvers }, i) => approverPaths(approvers, ["rules", i, "approvers"])),
      [breakGlass?.reviewers, ["breakGlass", "reviewers"]],
    ]),
    ...unknown(whoever, "company, person or group", [
      ...rules.flatMap(({ who }, i) => each(who, ["rules", i, "who"])),
      ...denials.flatMap(({ who }, i) => each(who, ["denials", i, "who"])),
    ]),
    ...unknown(profiles, "profile", [
      ...rules.flatMap((rule, i) => each(rule.profiles, ["rules", i, "profiles"])),
      ...denials.flatMap((denial, i) => each(denial.profiles, ["denials", i, "profiles"])),
      ...sides("first"),
      ...sides("second"),
      ...(breakGlass?.rules ?? []).flatMap((rule, i) => each(rule.profiles, ["breakGlass", "rules", i, "profiles"])),
    ]),
  ];
}

/** A single group may stand there without a list, and has no place in one. */
function approverPaths(approvers: readonly string[], path: Path): readonly (readonly [string, Path])[] {
  return approvers.length === 1 ? [[approvers[0] ?? "", path]] : each(approvers, path);
}

/** One id for a person and a group would make `who` ambiguous. */
function sharedIdFaults({ people, companies, groups }: PolicyShape): readonly PolicyFault[] {
  const shared = (where: string, ids: object, others: object, what: string) =>
    Object.keys(ids)
      .filter((id) => Object.hasOwn(others, id))
      .map((id) => ({ path: [where, id], message: `"${id}" is also ${what}: give one of them another id` }));
  return [
    ...shared("groups", groups, { ...people, ...companies }, "a person or a company"),
    ...shared("companies", companies, people, "a person"),
  ];
}

function twiceFaults(where: string, named: readonly { readonly name: string }[]): readonly PolicyFault[] {
  const before = new Set<string>();
  return named.flatMap(({ name }, i) => {
    if (!before.has(name)) {
      before.add(name);
      return [];
    }
    return [{ path: [where, i, "name"], message: `"${name}" is the name of another one: give each its own` }];
  });
}

function ruleFaults(policy: PolicyShape, rule: Rule, path: Path): readonly PolicyFault[] {
  const faults: PolicyFault[] = [];
  const add = (setting: string, message: string) => faults.push({ path: [...path, setting], message });
  if (rule.when !== undefined && rule.whenWords === undefined) {
    add("when", "say the same for people beside it, in whenWords");
  }
  if (rule.when === undefined && rule.whenWords !== undefined) {
    add("whenWords", "there is no condition that this could explain: write when, or leave this out");
  }
  const longest = Math.max(
    ...rule.profiles.map((id) =>
      Object.hasOwn(policy.profiles, id) ? (policy.profiles[id]?.maxDuration ?? 0) : Infinity,
    ),
  );
  if (rule.maxDuration !== undefined && rule.maxDuration > longest) {
    add("maxDuration", "is longer than its profiles allow, which counts: write a shorter one, or leave it out");
  }
  const groups = new Set(rule.approvers).size;
  if (rule.differentGroups && groups < rule.quorum) {
    add("approvers", `each of ${rule.quorum} yeses is to come from another group: name ${rule.quorum} groups at least`);
  }
  return faults;
}

/** The runtime takes `+02:00` for a zone. */
const OFFSET = /^[+-]/;

function riskFaults({ risk }: PolicyShape): readonly PolicyFault[] {
  const faults: PolicyFault[] = [];
  if (risk.hours !== undefined && (OFFSET.test(risk.hours.zone) || !isZone(risk.hours.zone))) {
    const what = OFFSET.test(risk.hours.zone) ? "an offset, which knows no summer time" : "no time zone";
    const message = `"${risk.hours.zone}" is ${what}: write one such as Europe/Berlin or UTC`;
    faults.push({ path: ["risk", "hours", "zone"], message });
  }
  for (const [i, { outsideHours }] of risk.raise.entries()) {
    if (outsideHours !== true || risk.hours !== undefined) continue;
    faults.push({ path: ["risk", "raise", i, "outsideHours"], message: "there are no hours: write risk.hours" });
  }
  return faults;
}

/** Of all texts: also conditions and subjects are read by people who review them. */
function lookAlikeFaults(value: unknown, path: Path): readonly PolicyFault[] {
  if (typeof value === "string") {
    return mixedWords(value).map((word) => ({
      path,
      message: `"${word}" mixes letters of look-alike alphabets: write it with those of one`,
    }));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    lookAlikeFaults(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
