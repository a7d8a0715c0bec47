/** I6, I7 and P6: who decided what, and whether they might; looked at as each row is written. */
import { Violation } from "../core/run-state.ts";
import type { Book, Written } from "./book.ts";

/** A record of a person that is older is not acted on. */
const RECORD_MS = 5 * 60_000;
/** A call that was under way for long. */
const UNDER_WAY_MS = 60_000;

/** What the world knows of people, apart from what Daypass recorded. */
export interface People {
  /** Whether somebody was in this group in any policy that was in force so lately. */
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
}

interface Asked {
  readonly targets: readonly { readonly profile: string }[];
  readonly durationSeconds: number;
  readonly approvers: string;
}

export interface DecisionsCheck {
  /** Looks at a row as it is written, and throws the first violation. */
  look(written: Written): void;
  /** Redis went back to an earlier state: what it no longer knows as decided may be decided again. */
  forget(): void;
}

/** Takes the parts; returns what looks at each row. */
export function createDecisionsCheck(parts: DecisionsParts): DecisionsCheck {
  const decided = new Map<string, string>();
  return { forget: () => decided.clear(), look };

  function look(written: Written): void {
    const { row } = written;
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

function checkApproval({ book, people }: DecisionsParts, { row, at }: Written): void {
  const asked = book.asked.get(row.request);
  if (asked === undefined) throw new Violation("I6", `request ${row.request} was approved and never asked for`);
  const { targets, durationSeconds, approvers } = asked.row.detail as unknown as Asked;
  const { end, people: deciders } = row.detail as { end: number; people: readonly string[] };
  for (const by of deciders) {
    if (by === asked.row.by) throw new Violation("I6", `${by} approved their own request ${row.request}`);
    if (!people.wasIn(by, approvers, UNDER_WAY_MS)) {
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
  const most = Math.min(...targets.map(({ profile }) => people.mostSeconds(profile)), durationSeconds);
  if (end > at + most * 1000 + UNDER_WAY_MS) {
    throw new Violation("I7", `request ${row.request} was approved for ${(end - at) / 1000} s, more than ${most} s`);
  }
}

function checkStart({ book, people }: DecisionsParts, { row, at }: Written): void {
  const approved = book.approved.get(row.grant ?? "");
  if (approved === undefined) throw new Violation("I3", `grant ${row.grant} became active and was never approved`);
  if (row.at >= approved.end) {
    throw new Violation("I7", `grant ${row.grant} began ${(at - approved.end) / 1000} s after its own end`);
  }
  if (row.detail.end !== approved.end) {
    throw new Violation("I7", `grant ${row.grant} ends at ${row.detail.end}, and ${approved.end} was approved`);
  }
  const asker = book.asked.get(approved.request)?.row.by ?? "";
  for (const person of [asker, approved.by ?? ""]) {
    if (people.inactiveMs(person) > RECORD_MS + UNDER_WAY_MS) {
      throw new Violation(
        "P6",
        `grant ${row.grant} was made ${people.inactiveMs(person) / 1000} s after ${person} left`,
      );
    }
  }
}
