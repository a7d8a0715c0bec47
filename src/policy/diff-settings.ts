/** Which settings beside people, rules and denials differ between two versions of a policy, by their paths. */
import { own, type Policy } from "../workflows/policy.ts";
import { type Separation, WEEKDAYS } from "../workflows/policy-schema.ts";
import type { Versions } from "./diff-subjects.ts";
import { sayExactly } from "./say-exactly.ts";

/** Takes both versions; returns a line for each setting that differs. */
export function settingChanges({ before, after }: Versions): readonly string[] {
  return changesAt("", settingsOf(before), settingsOf(after));
}

/** Entries of a list that has no order, as texts. One that stands there twice counts twice: each that raises a tier does. */
class Listed {
  readonly entries: readonly string[];

  constructor(entries: readonly unknown[]) {
    const times = new Map<string, number>();
    this.entries = entries.map((entry) => {
      const text = JSON.stringify(entry);
      const before = times.get(text) ?? 0;
      times.set(text, before + 1);
      return text + " once more".repeat(before);
    });
  }
}

function settingsOf(policy: Policy): Readonly<Record<string, unknown>> {
  const { limits, tickets, risk, separation, breakGlass, companies, slack, groups } = policy;
  return {
    ...{ limits, tickets, separation: new Listed(separation.map(plainSeparation)) },
    risk: { hours: hoursOf(policy), raise: new Listed(risk.raise) },
    breakGlass:
      breakGlass === undefined
        ? {}
        : { reviewers: breakGlass.reviewers, reviewWithin: sayExactly(breakGlass.reviewWithin) },
    companies: mapValues(companies, ({ maxPasses, slackTeam }) => ({ maxPasses, slackTeam })),
    groups: mapValues(groups, ({ channel }) => ({ channel })),
    slack: { requestsChannel: slack.requestsChannel },
  };
}

/** Neither the order of what a side names nor that of the sides has a meaning. */
function plainSeparation({ first, second, ...others }: Separation): Separation {
  const [one = first, other = second] = [first, second].map(plainSide).sort(byText);
  return { ...others, first: one, second: other };
}

function plainSide({ profiles, cluster, namespaces }: Separation["first"]): Separation["first"] {
  const plain = <One>(list: readonly One[]) =>
    [...new Map(list.map((one) => [JSON.stringify(one), one])).values()].sort(byText);
  return {
    ...{ profiles: plain(profiles), cluster },
    namespaces: namespaces && plain(namespaces.map((one) => (typeof one === "string" ? one : plainLabel(one)))),
  };
}

function plainLabel({ label, value }: { readonly label: string; readonly value: string }) {
  return { label, value };
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

/** As they are written, but for the order of days. */
function hoursOf({ risk: { hours } }: Policy): unknown {
  if (hours === undefined) return undefined;
  const [from, to] = [hours.from, hours.to].map(
    (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`,
  );
  return { ...hours, days: WEEKDAYS.filter((day) => hours.days.includes(day)).join(", "), from, to };
}

function mapValues<T>(all: Readonly<Record<string, T>>, to: (one: T) => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(all).map(([key, one]) => [key, to(one)]));
}

function changesAt(path: string, before: unknown, after: unknown): readonly string[] {
  if (before instanceof Listed || after instanceof Listed) {
    return listChanges(path, entriesOf(before), entriesOf(after));
  }
  if (!isTree(before) && !isTree(after)) {
    return before === after ? [] : [`${path}: ${say(before)} → ${say(after)}`];
  }
  const [one, other] = [isTree(before) ? before : {}, isTree(after) ? after : {}];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .sort()
    .flatMap((key) => changesAt(path === "" ? key : `${path}.${key}`, own(one, key), own(other, key)));
}

/** A list that is not there has no entries. */
function entriesOf(list: unknown): readonly string[] {
  return list instanceof Listed ? list.entries : [];
}

function listChanges(path: string, before: readonly string[], after: readonly string[]): readonly string[] {
  return [...new Set([...before, ...after])].sort().flatMap((entry) => {
    if (before.includes(entry) === after.includes(entry)) return [];
    return [`${path} ${after.includes(entry) ? "has now" : "no longer has"} ${entry}`];
  });
}

function say(value: unknown): string {
  return value === undefined ? "not set" : String(value);
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
