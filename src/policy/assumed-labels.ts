/** Labels that are assumed of namespaces, and change nothing: misspelt, they would keep a case from ever failing. */
import { parse } from "@bufbuild/cel";
import type { Fault } from "../fault.ts";
import type { Labels } from "../workflows/cover.ts";
import type { Member } from "../workflows/membership.ts";
import { nearestName } from "../workflows/nearest-name.ts";
import type { Policy } from "../workflows/policy.ts";
import type { YamlText } from "../yaml-text.ts";
import type { AssumedPass } from "./assumed.ts";
import { partsOf, pathOf } from "./condition-tree.ts";
import { entriesOf, isSpokenOf, sayUnnamed } from "./spoken-of.ts";

/** What is asked with facts: by whom, and for what. A question is a place, and the profile that is asked for there. */
export interface Question extends AssumedPass {
  readonly member: Member;
}

/** All that is asked with the facts of one file. */
export interface Questions {
  readonly asked: readonly Question[];
  /** What is held meanwhile. */
  readonly held: readonly AssumedPass[];
  /** Whether nothing else will ever be asked with them, as in a file of cases. */
  readonly areAll: boolean;
}

type ByNamespace = Readonly<Record<string, Labels>>;

/** Takes labels by cluster and namespace; returns a fault for each namespace and each label that changes nothing. */
export function labelFaults(
  byCluster: Readonly<Record<string, ByNamespace>>,
  policy: Policy,
  text: YamlText,
  questions: Questions,
): readonly Fault[] {
  const keys = labelsAskedFor(policy);
  return Object.entries(byCluster).flatMap(([cluster, byNamespace]) =>
    Object.entries(byNamespace).flatMap(([namespace, labels]) => {
      const path = ["namespaceLabels", cluster, namespace];
      const say = (place: readonly string[], message: string | null) =>
        message === null ? [] : [text.fault(place, `namespaceLabels: ${message}`, true)];
      return [
        ...say(path, sayUnused(policy, questions, { cluster, namespace, labels })),
        ...Object.keys(labels).flatMap((key) => say([...path, key], sayUnasked(keys, key))),
      ];
    }),
  );
}

interface Labelled {
  readonly cluster: string;
  readonly namespace: string;
  readonly labels: Labels;
}

/** Where more may be asked with the same facts, a namespace that the policy reaches by its labels is right too. */
function sayUnused(policy: Policy, { asked, held, areAll }: Questions, place: Labelled): string | null {
  const { cluster, namespace } = place;
  const used = [...asked, ...held].flatMap((one) => (one.cluster === cluster ? one.namespaces : []));
  if (used.includes(namespace) || isSpokenOf(policy, cluster, namespace)) return null;
  if (!areAll) {
    const said = asked.map(({ member, profile }) => sayUnnamed(policy, { ...place, member, profile }));
    return said.includes(null) ? null : (said[0] ?? null);
  }
  const nearest = nearestName(used, namespace);
  const instead = nearest === null ? "" : `write ${nearest}, or `;
  return `no case asks for "${namespace}" on ${cluster}, and no entry of the policy names it: ${instead}leave it out`;
}

function sayUnasked(keys: ReadonlySet<string> | null, key: string): string | null {
  if (keys === null || keys.has(key)) return null;
  const nearest = nearestName(keys, key);
  return `nothing in the policy asks for a label "${key}": ${nearest === null ? "" : `write ${nearest}, or `}leave it out`;
}

/** Returns the labels of namespaces that a policy asks for, or null where a condition may ask for any. */
function labelsAskedFor(policy: Policy): ReadonlySet<string> | null {
  const entries = entriesOf(policy).flatMap(({ namespaces = [] }) =>
    namespaces.flatMap((one) => (typeof one === "string" ? [] : one.label)),
  );
  const raised = policy.risk.raise.flatMap(({ namespaceLabel }) => namespaceLabel?.label ?? []);
  const conditions = new Set([...policy.rules, ...policy.denials].flatMap(({ when }) => when ?? []));
  const named = [...conditions].map(labelsIn);
  if (named.includes(null)) return null;
  return new Set([...entries, ...raised, ...named.flatMap((keys) => keys ?? [])]);
}

/** As `target.labels.team`; null where the labels are looked at otherwise, as by a macro. */
function labelsIn(condition: string): readonly string[] | null {
  const paths = partsOf(parse(condition).expr).flatMap(({ expression }) => {
    const path = pathOf(expression);
    return path?.[0] === "target" && path[1] === "labels" ? [path] : [];
  });
  const keys = paths.flatMap((path) => (path.length === 3 ? (path[2] ?? []) : []));
  // Each that names a label has the labels as a whole in it.
  return paths.filter(({ length }) => length === 2).length > keys.length ? null : keys;
}
