/** What is to be assumed of clusters, namespaces and roles, as people write it: for golden cases, and for `explain`. */
import { z } from "zod";
import { type Fault, FileFaults } from "../fault.ts";
import type { Member } from "../workflows/membership.ts";
import { own, type Policy } from "../workflows/policy.ts";
import { TIERS } from "../workflows/policy-schema.ts";
import { decodeText, issueFaults, MOST_BYTES } from "../yaml-file.ts";
import { parseYamlText, type YamlText } from "../yaml-text.ts";
import type { AssumedPass, Assumptions } from "./assumed.ts";
import { labelFaults, type Questions } from "./assumed-labels.ts";
import { isSlackGroup, parseMoment, parsePass } from "./assumed-words.ts";
import { readBytes } from "./policy-files.ts";
import { entriesOf, sayUnnamedPass } from "./spoken-of.ts";

const Labels = z.record(z.string(), z.string());

export const Moment = z.string().transform((text, context) => {
  const at = parseMoment(text);
  if (at !== null) return at;
  context.addIssue({ code: "custom", message: `"${text}" is no moment: write 2027-01-18T10:00Z` });
  return z.NEVER;
});

const Pass = z.string().transform((text, context) => {
  const pass = parsePass(text);
  if (pass !== null) return pass;
  context.addIssue({ code: "custom", message: `"${text}" is no pass: write prod/payments logs` });
  return z.NEVER;
});

/** What is assumed of whoever asks: for one case, or for all of a file. */
export const ASKER = {
  slackGroups: z.array(z.string().refine(isSlackGroup, "use a user group's id such as S0123456789, not its @name")),
  held: z.array(Pass),
  outcomes: z.array(z.enum(["ended", "handedBack", "revoked", "failed"])).max(10),
};

/** What a file of cases and a file of facts say alike. */
export const FACTS = {
  version: z.literal(1),
  at: Moment.optional(),
  clusterLabels: z.record(z.string(), Labels).default({}),
  namespaceLabels: z.record(z.string(), z.record(z.string(), Labels)).default({}),
  risk: z.record(z.string(), z.enum(TIERS)).default({}),
  slackGroups: ASKER.slackGroups.default([]),
  held: ASKER.held.default([]),
  outcomes: ASKER.outcomes.default([]),
};

/** A file of cases will do: these are not looked at. */
const FactsFile = z.strictObject({ ...FACTS, cases: z.unknown().optional() });

/** What is assumed, and when, where that is said. */
export type Facts = Omit<z.infer<typeof FactsFile>, "version" | "cases">;

/**
 * Takes the path of a file of facts, the policy they are for, and what says of them what is asked with them; returns them.
 * Throws FileFaults.
 */
export async function readFacts(path: string, policy: Policy, asking: (facts: Facts) => Asking): Promise<Facts> {
  const text = parseYamlText(path, decodeText(path, await readBytes(path, MOST_BYTES)));
  const parsed = FactsFile.safeParse(text.value);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => issueFaults(issue, text));
  const unknown = parsed.success ? factFaults(parsed.data, policy, text, asking(parsed.data)) : [];
  const faults = [...text.faults, ...issues, ...unknown];
  if (!parsed.success || faults.length > 0) throw new FileFaults(faults);
  return parsed.data;
}

/** What is asked with facts, and by whom the passes are held that they say. */
export interface Asking {
  readonly questions: Questions;
  readonly holders: Holders;
}

/** Those who hold a pass, and the labels that are assumed by cluster and namespace. */
export interface Holders {
  readonly members: readonly Member[];
  readonly labels: Assumptions["namespaceLabels"];
}

/**
 * Takes facts, the policy they are for, the text they stand in and what is asked with them; returns a fault for each name
 * that the policy does not know, and for each that changes nothing.
 */
export function factFaults(
  facts: Facts,
  policy: Policy,
  text: YamlText,
  { questions, holders }: Asking,
): readonly Fault[] {
  const say = (setting: string, ids: object, what: "cluster" | "profile") =>
    Object.keys(ids).flatMap((id) => {
      const message = sayUnknown(policy, what, id);
      return message === null ? [] : [text.fault([setting, id], `${setting}: ${message}`, true)];
    });
  return [
    ...say("clusterLabels", facts.clusterLabels, "cluster"),
    ...say("namespaceLabels", facts.namespaceLabels, "cluster"),
    ...labelFaults(knownOf(facts.namespaceLabels, policy), policy, text, questions),
    ...say("risk", facts.risk, "profile"),
    ...slackGroupFaults(facts.slackGroups, policy, text, ["slackGroups"]),
    ...passFaults(facts.held, policy, text, { ...holders, path: ["held"] }),
  ];
}

/** Takes Slack user groups, the policy and where they stand; returns a fault for each that no group of the policy has. */
export function slackGroupFaults(
  ids: readonly string[],
  policy: Policy,
  text: YamlText,
  path: readonly PropertyKey[],
): readonly Fault[] {
  return ids.flatMap((id, i) => {
    const message = sayUnknown(policy, "Slack user group", id);
    return message === null ? [] : [text.fault([...path, i], `slackGroups: ${message}`)];
  });
}

/** Of a cluster that the policy does not know nothing more is said. */
function knownOf(byCluster: Facts["namespaceLabels"], policy: Policy): Facts["namespaceLabels"] {
  return Object.fromEntries(Object.entries(byCluster).filter(([id]) => sayUnknown(policy, "cluster", id) === null));
}

/**
 * Takes passes, the policy, and where they stand and who holds them; returns a fault for each name in them that the policy
 * does not know, and for each namespace that it does not name to all of those.
 */
export function passFaults(
  held: Facts["held"],
  policy: Policy,
  text: YamlText,
  { path, ...holders }: Holders & { readonly path: readonly PropertyKey[] },
): readonly Fault[] {
  return held.flatMap((pass, i) => {
    const unknown = [sayUnknown(policy, "cluster", pass.cluster), sayUnknown(policy, "profile", pass.profile)];
    const names = unknown.filter((message) => message !== null);
    const said = names.length > 0 ? names : unnamedIn(pass, policy, holders);
    return said.map((message) => text.fault([...path, i], `held: ${message}`));
  });
}

function unnamedIn(pass: AssumedPass, policy: Policy, { members, labels: byCluster }: Holders): readonly string[] {
  const { cluster, profile } = pass;
  return pass.namespaces.flatMap((namespace) => {
    const labels = own(own(byCluster, cluster) ?? {}, namespace) ?? {};
    const said = members.map((member) => sayUnnamedPass(policy, { member, profile, cluster, namespace, labels }));
    return said.find((message) => message !== null) ?? [];
  });
}

/** Takes a policy, what an id is of, and the id; returns that the policy does not know it, and what to write; else null. */
export function sayUnknown(policy: Policy, what: Named, id: string): string | null {
  const known = namedBy(policy, what);
  if (Object.hasOwn(known, id)) return null;
  const ids = Object.keys(known).sort();
  const hint = ids.length > 0 && ids.length <= MOST_TOLD ? `: write one of ${ids.join(", ")}` : "";
  return what === "cluster"
    ? `nothing in the policy speaks of a cluster "${id}"${hint}`
    : `the policy has no ${what} "${id}"${hint}`;
}

type Named = "person" | "profile" | "cluster" | "Slack user group";

function namedBy(policy: Policy, what: Named): Readonly<Record<string, unknown>> {
  if (what === "person") return policy.people;
  if (what === "profile") return policy.profiles;
  if (what === "cluster") return clustersOf(policy);
  const ids = Object.values(policy.groups).flatMap(({ slackGroups }) => slackGroups);
  return Object.fromEntries(ids.map((id) => [id, true]));
}

const MOST_TOLD = 12;

/** Those that it names: which there are stands in clusters.yaml. */
function clustersOf(policy: Policy): Readonly<Record<string, true>> {
  const named = entriesOf(policy).flatMap(({ cluster }) => (cluster === undefined ? [] : [[cluster, true as const]]));
  return Object.fromEntries(named);
}
