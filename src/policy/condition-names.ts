/** Names in a condition that point nowhere: it would never hold, and a denial with a misspelt name would deny nobody. */
import { sayNearestCluster } from "../workflows/policy-faults-clusters.ts";
import { TIERS, WEEKDAYS } from "../workflows/policy-schema.ts";
import type { Part } from "./condition-tree.ts";
import { comparing, type Values } from "./condition-values.ts";

/** Names that a condition may compare with. */
export interface KnownNames {
  readonly people: readonly string[];
  readonly companies: readonly string[];
  readonly profiles: readonly string[];
  /** Those in which anything is lent; absent where any may be named. */
  readonly clusters?: ReadonlySet<string>;
}

/** Takes the names there are; returns what says of each part of one condition which name in it points nowhere, or null. */
export function unknownNames(known: KnownNames): (part: Part) => string | null {
  const comparedIn = comparing();
  const names = namesOf(known);
  return (part) => {
    for (const { values, against } of comparedIn(part)) {
      const fields = fieldsOf(against);
      const [field] = fields;
      // What has no names, or cannot be told, may be any text.
      if (field === undefined || against.has(null) || !fields.every((one) => names.has(one))) continue;
      const isKnown = (text: string) => against.has(text) || fields.some((one) => names.get(one)?.has(text));
      const text = [...values].find((value) => typeof value === "string" && !isKnown(value));
      if (typeof text !== "string") continue;
      const hint = field === CLUSTER ? `: ${sayNearestCluster(names.get(field) ?? new Set(), text)}` : "";
      return `${field} is never "${text}"${hint}`;
    }
    return null;
  };
}

function fieldsOf(values: Values): readonly string[] {
  return [...values].flatMap((value) =>
    typeof value === "object" && value !== null && "field" in value ? [value.field] : [],
  );
}

const CLUSTER = "target.cluster";

type ByField = ReadonlyMap<string, ReadonlySet<string>>;

/** Made once for all conditions of a policy: there may be thousands of people, and as many rules. */
const made = new WeakMap<KnownNames, ByField>();

function namesOf(known: KnownNames): ByField {
  const { people, companies, profiles, clusters } = known;
  const names =
    made.get(known) ??
    new Map<string, ReadonlySet<string>>([
      ["tier", new Set(TIERS)],
      ["now.weekday", new Set(WEEKDAYS)],
      ["asker.id", new Set(people)],
      ["asker.company", new Set(["", ...companies])],
      ["target.profile", new Set(profiles)],
      ...(clusters === undefined ? [] : [[CLUSTER, clusters] as const]),
    ]);
  made.set(known, names);
  return names;
}
