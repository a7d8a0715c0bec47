/** I6, I7 and P6: who decided what, and whether they might; looked at as each row is written. */
import { Violation } from "../core/run-state.ts";
import type { Book, Written } from "./book.ts";
import { type Excuses, UNDER_WAY_MS } from "./excuses.ts";
import type { Choice, Credential, Memory } from "./heard.ts";

/** A record of a person that is older is not acted on. */
const RECORD_MS = 5 * 60_000;
/** Where no call to Redis ever met a fault. */
const AT_ONCE_MS = 1_000;
/** How often a bot that is well reads everybody from Slack, and some. */
const READ_AGAIN_MS = 65_000;

/** What the world knows of people, apart from what Daypass recorded. */
export interface People {
  /** Whether somebody was in this group in any policy by which a bot went so lately. */
  wasIn(person: string, group: string, sinceMs: number): boolean;
  /** How long somebody has been switched off in Slack, in milliseconds; 0 where they are not. */
  inactiveMs(person: string): number;
  /** How many people must say yes to this profile. */
  quorum(profile: string): number;
  /** The longest that the policy ever lent this profile, in seconds. */
  mostSeconds(profile: string): number;
}

export interface DecisionsParts {
  readonly book: Book;
  readonly people: People;
  readonly now: () => number;
  readonly excuses: Excuses;
  readonly memory: Memory;
  /** By how much the time that Daypass goes by may be wrong. */
  readonly clockDoubtMs: () => number;
}

interface Asked {
  readonly startsAt: number | null;
  readonly targets: readonly { readonly profile: string }[];
  readonly durationSeconds: number;
  readonly approvers: string;
}

export interface DecisionsCheck {
  /** Looks at a row as it is written, and throws the first violation. */
  look(written: Written): void;
  /** Somebody has a credential before them: throws where it is not for them. */
  received(credential: Credential): void;
  /**
   * Redis went back to an earlier state. Takes what says in which state it has a request now, null where in none: what it
   * has as pending may be decided again; what it does not have, only when it was asked for again.
   */
  forget(stateOf: (request: string) => string | null): void;
}

/** Takes the parts; returns what looks at each row. */
export function createDecisionsCheck(parts: DecisionsParts): DecisionsCheck {
  const decided = new Map<string, string>();
  const gone = new Set<string>();
  return {
    forget(stateOf) {
      for (const request of decided.keys()) {
        const state = stateOf(request);
        if (state === "pending") decided.delete(request);
        if (state === null) gone.add(request);
      }
    },
    look,
    received: (credential) => checkReceiver(parts, credential),
  };

  function look(written: Written): void {
    const { row } = written;
    if (row.what === "asked" && gone.delete(row.request)) decided.delete(row.request);
    if (["approved", "denied", "withdrawn", "lapsed"].includes(row.what)) {
      const before = decided.get(row.request);
      if (before !== undefined) {
        throw new Violation("I6", `request ${row.request} was ${row.what}, and had been ${before} before`);
      }
      decided.set(row.request, row.what);
    }
    if (row.what === "approved") checkApproval(parts, written);
    if (row.what === "active") checkStart(parts, written);
  }
}

function checkApproval(parts: DecisionsParts, { row, at }: Written): void {
  const { book, people } = parts;
  const asked = book.asked.get(row.request);
  if (asked === undefined) throw new Violation("I6", `request ${row.request} was approved and never asked for`);
  const { targets, durationSeconds, approvers, startsAt } = asked.row.detail as unknown as Asked;
  const { end, people: deciders } = row.detail as { end: number; people: readonly string[] };
  for (const by of deciders) {
    if (by === asked.row.by) throw new Violation("I6", `${by} approved their own request ${row.request}`);
    // Who said yes earlier went by the policy of then.
    const sinceMs = by === row.by ? underWayMs(parts) : Number.POSITIVE_INFINITY;
    if (!people.wasIn(by, approvers, sinceMs)) {
      throw new Violation("I6", `${by}, who is not among ${approvers}, approved request ${row.request}`);
    }
  }
  // Of those who said yes before somebody left nobody can be sure; whoever said the last one was there.
  const last = row.by ?? "nobody";
  if (people.inactiveMs(last) > UNDER_WAY_MS)
    throw new Violation("I6", `${last}, who left, approved request ${row.request}`);
  const needed = Math.max(...targets.map(({ profile }) => people.quorum(profile)));
  if (new Set(deciders).size < needed) {
    throw new Violation("I6", `request ${row.request} needs ${needed} people, and ${deciders.join(", ")} decided it`);
  }
  checkLent(parts, row, deciders);
  const chosen = deciders.map((by) => mostOf(chosenBy(parts, row.request, by), durationSeconds));
  const most = Math.min(...targets.map(({ profile }) => people.mostSeconds(profile)), ...chosen);
  const begins = Math.max(at, startsAt ?? 0);
  // Nobody decides before they click, so what is under way for long only makes it shorter.
  if (end > begins + most * 1000 + AT_ONCE_MS + parts.clockDoubtMs()) {
    throw new Violation("I7", `request ${row.request} was approved for ${(end - begins) / 1000} s, and not ${most} s`);
  }
}

function underWayMs({ excuses }: DecisionsParts): number {
  return excuses.until(["redis"]) === 0 ? AT_ONCE_MS : UNDER_WAY_MS;
}

/** What somebody chose for a request; whoever decided it must have clicked. */
function chosenBy({ memory }: DecisionsParts, request: string, by: string): readonly Choice[] {
  const chosen = (memory.choices.get(request) ?? []).filter((choice) => choice.by === by);
  if (chosen.length === 0) throw new Violation("I6", `${by} never clicked, and decided request ${request}`);
  return chosen;
}

function mostOf(chosen: readonly Choice[], asked: number): number {
  return Math.max(...chosen.map(({ less }) => less?.durationSeconds ?? asked));
}

/** Nothing is lent where somebody whose yes counts left it out. */
function checkLent(parts: DecisionsParts, { request, detail }: Written["row"], deciders: readonly string[]): void {
  const { namespaces } = (detail as { lent: { namespaces: readonly string[] } }).lent;
  for (const by of deciders) {
    const left = chosenBy(parts, request, by).map(({ less }) => less?.namespaces ?? namespaces);
    const further = namespaces.find((namespace) => !left.some((chosen) => chosen.includes(namespace)));
    if (further !== undefined)
      throw new Violation("I7", `request ${request} lends ${further}, and ${by} left that out`);
  }
}

/** A credential is for whose pass it is, and for nobody who has left. */
function checkReceiver(parts: DecisionsParts, { grant, who }: Credential): void {
  const { request = "" } = parts.book.approved.get(grant) ?? {};
  const asker = parts.book.asked.get(request)?.row.by;
  if (asker !== who) throw new Violation("I6", `${who} has a credential of grant ${grant}, which is ${asker}'s`);
  if (parts.people.inactiveMs(who) > mayActMs(parts)) throw new Violation("P6", `${who}, who left, has a credential`);
}

/** For how long after somebody has left they may still count as there. */
function mayActMs({ excuses }: DecisionsParts): number {
  return excuses.until(["redis", "bots"]) === 0 ? READ_AGAIN_MS : RECORD_MS + UNDER_WAY_MS;
}

function checkStart(parts: DecisionsParts, { row, at }: Written): void {
  const { book, people } = parts;
  const approved = book.approved.get(row.grant ?? "");
  if (approved === undefined) throw new Violation("I3", `grant ${row.grant} became active and was never approved`);
  if (row.at >= approved.end) {
    throw new Violation("I7", `grant ${row.grant} began ${(at - approved.end) / 1000} s after its own end`);
  }
  if (at + parts.clockDoubtMs() < (approved.startsAt ?? 0)) {
    throw new Violation("I7", `grant ${row.grant} began ${((approved.startsAt ?? 0) - at) / 1000} s before its start`);
  }
  if (row.detail.end !== approved.end) {
    throw new Violation("I7", `grant ${row.grant} ends at ${row.detail.end}, and ${approved.end} was approved`);
  }
  const asker = book.asked.get(approved.request)?.row.by ?? "";
  for (const person of [asker, approved.by ?? ""]) {
    if (people.inactiveMs(person) > mayActMs(parts)) {
      throw new Violation(
        "P6",
        `grant ${row.grant} was made ${people.inactiveMs(person) / 1000} s after ${person} left`,
      );
    }
  }
}
