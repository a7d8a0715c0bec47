/**
 * The words that more than one screen uses. Each screen has its own file in messages/; nothing people read is written
 * anywhere else. The voice is plain: present tense, no blame, and what the cluster has not confirmed is only intent.
 */
import { sayDuration } from "../workflows/duration.ts";
import type { EndedGrant, EndingGrant } from "../workflows/grant.ts";
import type { Millis, PersonId, PersonRecord } from "../workflows/person.ts";
import type { Policy } from "../workflows/policy.ts";
import type { Less, Target } from "../workflows/request.ts";
import type { Piece, Sentence } from "./sentences.ts";
import { moment, timeLeft } from "./time-words.ts";

/** One mark for each state, always beside its word. */
export const MARKS = { pending: "○", active: "●", ended: "■", overdue: "▲" } as const;

/** The policy in force, or null while it cannot be read: then ids stand for names. */
export type Names = Policy | null;

/** Takes a person's id; returns the name the policy gives them, which nobody can change in Slack. */
export function who(names: Names, person: PersonId): string {
  return names?.people[person]?.name ?? person;
}

/** Takes a person's id and Slack's record of them; returns name, company, and what sets them apart: guest, external. */
export function whoExactly(names: Names, person: PersonId, record: PersonRecord | null): Sentence {
  const company = names?.people[person]?.company;
  const about = [
    company === undefined ? null : (names?.companies[company]?.name ?? company),
    record?.external === true ? "external" : null,
    record?.guest === true ? "guest" : null,
    record?.active === false ? "deactivated" : null,
  ].filter((one) => one !== null);
  return [{ bold: who(names, person) }, about.length > 0 ? ` (${about.join(", ")})` : ""];
}

/** Takes a group's id; returns its name. */
export function groupName(names: Names, group: string): string {
  return names?.groups[group]?.name ?? group;
}

/** Takes groups' ids and what stands before the last; returns `payments approvers or web approvers`. */
export function groupNames(names: Names, groups: readonly string[], last: "and" | "or" = "or"): string {
  return inWords(
    groups.map((group) => groupName(names, group)),
    last,
  );
}

/** Takes people's ids; returns `Dana Lind and Jo Park`. */
export function everybody(names: Names, people: readonly PersonId[]): string {
  return inWords(
    people.map((person) => who(names, person)),
    "and",
  );
}

/** Takes words and what stands before the last; returns `one, two and three`. */
export function inWords(all: readonly string[], last: "and" | "or"): string {
  return all.length < 2 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} ${last} ${all.at(-1)}`;
}

const COUNTS = ["no", "one", "two", "three", "four", "five"];

/** Takes a count; returns `two`, and figures where words would be long. */
export function count(of: number): string {
  return COUNTS[of] ?? String(of);
}

/** Takes how many yeses; returns `two yeses`. */
export function yeses(of: number): string {
  return `${count(of)} ${of === 1 ? "yes" : "yeses"}`;
}

/** Takes a sentence that may begin small; returns it with a capital. */
export function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Takes a target; returns `Read logs in payments on prod`, by the catalogue's words and never by typed ones. */
export function pass(names: Names, target: Target): Sentence {
  return [
    { bold: names?.profiles[target.profile]?.words ?? target.profile },
    " in ",
    { bold: target.namespaces.join(", ") },
    " on ",
    { bold: target.cluster },
  ];
}

/** Takes targets; returns their passes in one sentence. */
export function passes(names: Names, targets: readonly Target[]): Sentence {
  return targets.flatMap((target, i) => [...(i > 0 ? [" and "] : []), ...pass(names, target)]);
}

/** Takes an end and the time; returns `16:02 (1 h 58 min left)`. */
export function until(end: Millis, now: Millis): readonly Piece[] {
  return [moment(end, now), ` (${timeLeft(end, now)})`];
}

/** Takes what is or would be lent and the time; returns `1 h in payments, ledger from 18:00`. */
export function lessWords({ durationSeconds, namespaces, startsAt }: Less, now: Millis): Sentence {
  return [
    { bold: sayDuration(durationSeconds) },
    " in ",
    { bold: namespaces.join(", ") },
    ...(startsAt === null ? [] : [" from ", moment(startsAt, now)]),
  ];
}

/** Takes a grant that ends or ended; returns why, without a full stop. */
export function whyEnded(names: Names, grant: EndingGrant | EndedGrant): string {
  const { why, by, words } = grant.ending;
  const said = words?.replace(/[.\s]+$/, "") ?? null;
  const told = said === null ? "" : `: ${said}`;
  const name = by === null ? "somebody" : who(names, by);
  switch (why) {
    case "expired":
      return "its time is over";
    case "released":
      return `${name} handed it back`;
    case "revoked":
      return `${name} ended it${told}`;
    case "timerUnarmed":
      return `${grant.cluster} did not arm its own switch, so the pass could have outlived us`;
    case "roleChanged":
      return said ?? "what the role allows has changed since the approval";
    case "namespaceDeleted":
      return said ?? "a namespace of it was deleted";
    case "changedByHand":
      return said ?? `somebody changed it in ${grant.cluster} by hand`;
    case "notAllowedAnyMore":
      return said ?? "the policy does not allow it any more";
    case "clusterSilent":
      return `it could not be made while the yes was kept${told}`;
    case "clusterRefused":
      return `${grant.cluster} refused it${told}`;
  }
}

/** Nothing could be saved. */
export const STORE_DOWN: Sentence = [
  "I can't record anything right now, so nothing was asked. Try again in a minute. Running passes end on time all the same.",
];

/** A decision or an ending could not be saved. */
export const STORE_DOWN_AT_CLICK: Sentence = [
  "I can't record anything right now, so this click did not count. Try again in a minute. Running passes end on time all the same.",
];

/** A revocation could not be saved: what must end now can be ended by hand. */
export const STORE_DOWN_AT_REVOKING: Sentence = [
  "I can't record anything right now, so this click did not count. Try again in a minute; running passes end on time all " +
    "the same. What must end at once can be ended in its cluster by hand: ",
  { code: "kubectl get accessgrants" },
  " lists them, and ",
  { code: "kubectl delete accessgrant NAME" },
  " takes one back.",
];

/** The store did not answer in time: it may have saved. */
export const STORE_SLOW: Sentence = [
  "My records answer slowly, so I can't say yet whether this was recorded. Press again in a moment: it counts once.",
];

/** Slack did not say in time who somebody is, or did not open a form. */
export const SLACK_SILENT: Sentence = [
  "Slack did not answer me in time, so nothing was recorded. Try again in a moment.",
];

/** Slack did not say in time who wants to end access, and nothing is stored of them. */
export const SLACK_SILENT_AT_ENDING: Sentence = [
  "Slack did not say in time who you are, and I have no record of you from before, so nothing ended. " +
    "Try again in a moment, or ask somebody on call to end it.",
];

/** Slack did not say in time who wants to take a request back, and nothing is stored of them. */
export const SLACK_SILENT_AT_WITHDRAWING: Sentence = [
  "Slack did not say in time who you are, and I have no record of you from before, so nothing was taken back. " +
    "Try again in a moment.",
];

/** Heads a modal that says so. */
export const BROKEN = "Something broke";

/** Takes the code under which the log has it; returns what to say about a fault of ours. */
export function faultWords(code: string): Sentence {
  return [
    "Something broke on my side, so this may not have counted. What the card shows is what holds. " +
      "Try again; if it breaks again, give whoever runs Daypass the code ",
    { code },
    ".",
  ];
}
