/**
 * All faults are said at once, those of single values and those between them. What points where can only be asked of
 * values that are something, so the broken ones are left out, or stood in for, and nothing is said of these.
 */
import type { z } from "zod";

/** A policy's value without what is broken in it. */
export interface Mended {
  readonly value: Record<string, unknown>;
  /** Takes a path in it; returns the path in the policy as given, or null where what stands there is not as given. */
  asGiven(path: readonly PropertyKey[]): readonly PropertyKey[] | null;
}

type Issue = Pick<z.core.$ZodIssue, "path" | "code">;
type Tree = Record<string, unknown>;

const WORDS = "stands in";
const STAND_INS: Readonly<Record<string, Tree>> = {
  companies: { name: WORDS, contractEnd: "2999-12-31" },
  people: { name: WORDS },
  groups: { name: WORDS, channel: "C00STANDSIN", people: [] },
  profiles: { role: "daypass-profile-stands-in", words: WORDS, can: WORDS, cannot: WORDS, maxDuration: "4h" },
};
const LISTS: ReadonlySet<string> = new Set(["rules", "denials", "separation"]);
const OPTIONAL: ReadonlySet<string> = new Set(["limits", "tickets", "risk", "breakGlass"]);

/**
 * Takes the value of a policy and what the schema says is wrong with it; returns it mended, or null where too little is
 * left: without people, groups or profiles everything points nowhere.
 */
export function mendPolicy(value: unknown, issues: readonly Issue[]): Mended | null {
  if (!isTree(value)) return null;
  const mended: Tree = structuredClone(value);
  for (const section of ["companies", "people", "groups", "profiles"]) {
    if (!isTree(mended[section] ?? (section === "companies" ? {} : null))) return null;
  }
  for (const [i, issue] of issues.entries()) mendAt(mended, issue, i);
  mended.version = 1;
  const kept = compactLists(mended);
  const broken = new Set(
    issues.filter(({ code }) => code !== "unrecognized_keys").map(({ path }) => placeOf(path.slice(0, 3))),
  );
  return {
    value: mended,
    asGiven: ([section = "", entry, ...rest]) => {
      const positions = kept.get(String(section));
      const position = positions === undefined ? entry : positions[Number(entry)];
      const path = [section, position, ...rest].filter((step) => step !== undefined);
      return [0, 1, 2, 3].some((length) => broken.has(placeOf(path.slice(0, length)))) ? null : path;
    },
  };
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.map(String).join("\n");
}

/** Returns by list the positions, as given, of what is left in it. */
function compactLists(policy: Tree): ReadonlyMap<string, readonly number[]> {
  const kept = new Map<string, readonly number[]>();
  for (const section of LISTS) {
    const list = policy[section];
    if (!Array.isArray(list)) continue;
    kept.set(
      section,
      [...list.keys()].filter((i) => i in list),
    );
    policy[section] = list.filter(() => true);
  }
  return kept;
}

/** `turn` is another one for each issue, so that what stands in for an account is nobody else's. */
function mendAt(policy: Tree, issue: Issue, turn: number): void {
  const [section = "", entry, field] = issue.path.map(String);
  if (issue.code === "unrecognized_keys") dropUnknown(policy, issue);
  else if (LISTS.has(section) || OPTIONAL.has(section)) mendList(policy, section, entry);
  else if (section === "slack") policy.slack = { requestsChannel: "C00STANDSIN", linkedBy: WORDS };
  else if (section === "onCall") policy.onCall = Object.keys(policy.groups as Tree)[0];
  else if (Object.hasOwn(STAND_INS, section) && entry !== undefined)
    mendEntry(policy, issue, { section, entry, field, turn });
}

/** A rule that is not understood says nothing; what stands where it stood is asked for no more. */
function mendList(policy: Tree, section: string, entry: string | undefined): void {
  const list = policy[section];
  if (entry !== undefined && Array.isArray(list)) delete list[Number(entry)];
  else if (section === "rules") policy[section] = [];
  else delete policy[section];
}

function mendEntry(
  policy: Tree,
  issue: Issue,
  at: { section: string; entry: string; field: string | undefined; turn: number },
): void {
  const all = policy[at.section] as Tree;
  if (issue.code === "invalid_key") {
    delete all[at.entry];
    return;
  }
  const standIn: Tree = { ...STAND_INS[at.section] };
  if (at.section === "people") standIn.slack = `T00STANDSIN/U${at.turn}00`;
  if (at.section === "companies") standIn.sponsor = Object.keys(policy.people as Tree)[0];
  const given = all[at.entry];
  if (!isTree(given) || at.field === undefined) all[at.entry] = standIn;
  else if (issue.path.length > 3 && Array.isArray(given[at.field])) given[at.field] = [];
  else if (Object.hasOwn(standIn, at.field)) given[at.field] = standIn[at.field];
  else delete given[at.field];
}

function dropUnknown(policy: Tree, issue: Issue): void {
  let node: unknown = policy;
  for (const step of issue.path) node = isTree(node) || Array.isArray(node) ? (node as Tree)[String(step)] : undefined;
  if (!isTree(node) || !("keys" in issue) || !Array.isArray(issue.keys)) return;
  for (const key of issue.keys) delete node[key];
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
