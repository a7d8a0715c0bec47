/** I6, I7 and P6: who decided what, and whether they might; looked at as each row is written. */
import { Violation } from "../core/run-state.ts";
import { type ApprovalParts, checkApproval } from "./approvals.ts";
import { expectAsAsked, type Saying, wishOf } from "./as-asked.ts";
import { CLOSING, type Written } from "./book.ts";
import { UNDER_WAY_MS } from "./excuses.ts";
import type { Credential } from "./heard.ts";

/** A record of a person that is older is not acted on. */
const RECORD_MS = 5 * 60_000;
/** How often a bot that is well reads everybody from Slack, and some. */
const READ_AGAIN_MS = 65_000;

export interface DecisionsParts extends ApprovalParts {
  readonly now: () => number;
  /** What Redis has under a grant's id; null where it has nothing. */
  readonly recordOf: (grant: string) => unknown;
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
    if (CLOSING.has(row.what)) expectOnce(row);
    if (row.what === "approved") {
      checkApproval(parts, written);
      for (const grant of (row.detail as { grants: readonly string[] }).grants) checkRecord(parts, grant);
    }
    if (row.what === "active") {
      checkStart(parts, written);
      checkRecord(parts, row.grant ?? "");
    }
  }

  function expectOnce({ request, what }: Written["row"]): void {
    const before = decided.get(request);
    if (before !== undefined)
      throw new Violation("I6", `request ${request} was ${what}, and had been ${before} before`);
    decided.set(request, what);
  }
}

/** A credential is for whose pass it is, and for nobody who has left. */
function checkReceiver(parts: DecisionsParts, { grant, who }: Credential): void {
  const approved = parts.book.approved.get(grant);
  const asker = approved === undefined ? "nobody" : wishOf(parts, approved).asker;
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
  const { asker, startsAt } = wishOf(parts, approved);
  const early = (startsAt ?? 0) - at;
  if (early > parts.clockDoubtMs())
    throw new Violation("I7", `grant ${row.grant} began ${early / 1000} s before its start`);
  if (row.detail.end !== approved.end) {
    throw new Violation("I7", `grant ${row.grant} ends at ${row.detail.end}, and ${approved.end} was approved`);
  }
  for (const person of [asker, approved.by ?? ""]) {
    if (people.inactiveMs(person) > mayActMs(parts)) {
      throw new Violation(
        "P6",
        `grant ${row.grant} was made ${people.inactiveMs(person) / 1000} s after ${person} left`,
      );
    }
  }
}

/** What a record of a pass says. */
interface Recorded extends Omit<Saying, "deciders"> {
  readonly decidedBy: { readonly people: readonly string[] };
}

/** What making and all that follows goes by. What Redis forgot in that moment says nothing. */
function checkRecord(parts: DecisionsParts, grant: string): void {
  const approved = parts.book.approved.get(grant);
  const record = parts.recordOf(grant) as Recorded | null;
  if (approved === undefined || record === null) return;
  expectAsAsked(parts, approved, "the record", { ...record, deciders: record.decidedBy.people });
}
