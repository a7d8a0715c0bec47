/** What follows from each change of state: who is told and what is remembered. One place, so they cannot drift apart. */
import type { EndedGrant, Grant, GrantEvent } from "./grant.ts";
import type { Millis } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { Commit, LedgerRow, Telling } from "./ports.ts";
import type { PendingEvent, Request, RequestEvent } from "./request.ts";
import { asker, brokeGlass, card, cards, oneMoreYes, progress, review, row, verdict } from "./tellings.ts";

type Following = Pick<Commit, "tellings" | "rows">;

/** Takes a new request and the policy (null while it cannot be read); returns what follows from asking. */
export function followAsking(request: Request, policy: Policy | null): Following {
  return { tellings: [...cards(request, policy), asker(request, null, "asked")], rows: [askedRow(request)] };
}

/** Takes a request that was approved as it was asked for, and that approval; returns what follows from both. */
export function followAtOnce(request: Request, event: PendingEvent, policy: Policy | null): Following {
  const { tellings, rows } = followRequest(request, event, policy);
  return { tellings: [...tellings, asker(request, null, "asked")], rows: [askedRow(request), ...rows] };
}

function askedRow(request: Request): LedgerRow {
  const { targets, durationSeconds, reason, ticket, startsAt, approvers, leave, needs, policyHash } = request;
  const wanted = { targets, durationSeconds, reason, ticket, startsAt, extends: request.extends };
  return row(request, null, request.askedAt, "asked", request.asker, {
    ...{ ...wanted, approvers, leave, policyHash },
    ...{ rules: needs.rules, tier: needs.tier, risk: needs.why, quorum: needs.quorum },
  });
}

/**
 * Takes a request's next state, what led to it, and the policy (null while it cannot be read); returns what follows.
 * Each decision remembers the policy's hash, the rules that decided, the tier, and whose yes counted.
 */
export function followRequest(request: Request, event: RequestEvent, policy: Policy | null): Following {
  switch (event.type) {
    case "yes": {
      const { by, at, policyHash, less } = event.yes;
      const detail = { policyHash, less, dropped: event.dropped, ...judged(request) };
      return {
        tellings: [card(request), ...oneMoreYes(request, by)],
        rows: [row(request, null, at, "yes", by, detail)],
      };
    }
    case "approve":
      return followApproval(request, event, policy);
    case "deny": {
      const { people, at, policyHash, rules } = event.decision;
      const detail = { why: event.why, policyHash, ...judged(request), rules };
      return {
        tellings: [card(request), verdict(request), asker(request, null, "denied")],
        rows: [row(request, null, at, "denied", people[0] ?? null, detail)],
      };
    }
    case "withdraw":
      return followWithdrawal(request, event);
    case "lapse":
      return {
        tellings: [card(request), asker(request, null, "lapsed")],
        rows: [row(request, null, event.at, "lapsed", null, {})],
      };
    case "chased":
      return { tellings: review(request, policy), rows: [row(request, null, event.at, "reviewChased", null, {})] };
    case "reviewed": {
      const { by, at, words } = event.done;
      return {
        tellings: [card(request), ...review(request, policy)],
        rows: [row(request, null, at, "reviewed", by, { words })],
      };
    }
  }
}

/** Who takes it back sees so where they press; of one that another account asked for anew, the former reads it as well. */
function followWithdrawal(
  request: Request,
  { at, anew }: Extract<RequestEvent, { readonly type: "withdraw" }>,
): Following {
  const remember = (detail: LedgerRow["detail"]) => [row(request, null, at, "withdrawn", request.asker, detail)];
  if (anew === undefined) return { tellings: [card(request)], rows: remember({}) };
  return { tellings: [card(request), progress(request)], rows: remember({ anew }) };
}

type Approval = Extract<RequestEvent, { readonly type: "approve" }>;

function followApproval(request: Request, event: Approval, policy: Policy | null): Following {
  const { decision, lent, end, grants, dropped } = event;
  const { people, at, policyHash } = decision;
  const isGlass = request.leave === "breakGlass";
  const detail = {
    ...{ end, grants, lent, leave: request.leave, people, policyHash, fingerprint: request.fingerprint, dropped },
    ...judged(request),
    ...(event.review === null ? {} : { reviewDueAt: event.review.dueAt }),
  };
  return {
    tellings: [
      ...(isGlass ? brokeGlass(request, policy) : []),
      ...[card(request), verdict(request), asker(request, null, "approved")],
    ],
    rows: [row(request, null, at, isGlass ? "brokeGlass" : "approved", people.at(-1) ?? null, detail)],
  };
}

function judged({ needs, yeses }: Request): LedgerRow["detail"] {
  const { rules, tier, why, quorum } = needs;
  // The ledger names people by their ids alone.
  return { rules, tier, risk: why, quorum, yeses: yeses.map(({ account: _, ...yes }) => yes) };
}

/** What is known around a grant when something happens to it. */
export interface Around {
  /** Null when its record is lost: then nobody can be told in the words of it. */
  readonly request: Request | null;
  /** The channel of those on call; null while the policy cannot be read. */
  readonly onCall: string | null;
  readonly now: Millis;
}

/** Takes a grant's next state, what led to it, and what is known around it; returns what follows. */
export function followGrant(grant: Grant, event: GrantEvent, { request, onCall, now }: Around): Following {
  const remember = (what: string, by: string | null, detail: LedgerRow["detail"]) => [
    row({ id: grant.request }, grant, now, what, by, detail),
  ];
  const shown = request === null ? [] : [card(request, grant)];
  switch (event.type) {
    case "trouble":
      return { tellings: shown, rows: [] };
    case "timerArmed":
      return { tellings: [], rows: [] };
    case "warned":
      return { tellings: request === null ? [] : [asker(request, grant, "endsSoon")], rows: [] };
    case "paged":
      return {
        tellings: [...overdue(grant, onCall ?? request?.channel, "owed"), ...shown],
        rows: remember("overdue", null, { words: event.paged.words }),
      };
    case "proven":
      return {
        tellings: request === null ? [] : [...shown, asker(request, grant, "ready")],
        rows: remember("active", null, { end: grant.end, roleHash: grant.roleHash }),
      };
    case "delivery":
      return {
        tellings: [],
        rows: remember("deliveryAsked", grant.grantee, { n: grant.state === "active" ? grant.deliveries.length : 0 }),
      };
    case "end": {
      const { why, by, words, since } = event.ending;
      return { tellings: shown, rows: remember("ending", by, { why, words, since }) };
    }
    case "refused": {
      const { tellings, rows } = followEnd(grant as EndedGrant, request, shown, remember);
      const late =
        grant.state === "ended" && grant.paged !== null ? overdue(grant, onCall ?? request?.channel, "paid") : [];
      return { tellings: [...late, ...tellings], rows };
    }
  }
}

function followEnd(
  grant: EndedGrant,
  request: Request | null,
  shown: readonly Telling[],
  remember: (what: string, by: string | null, detail: LedgerRow["detail"]) => LedgerRow[],
): Following {
  const { why, by, since } = grant.ending;
  const rows = remember("ended", by, { why, refusedAt: grant.refusedAt, lagMs: grant.refusedAt - since });
  if (request === null) return { tellings: [], rows };
  const lived = grant.activeAt !== null;
  const summary: Telling = {
    key: `summary-${grant.id}`,
    lane: request.channel,
    tell: { kind: "summary", grant: grant.id },
  };
  return {
    tellings: [...shown, ...(lived ? [summary] : []), asker(request, grant, lived ? "ended" : "failed")],
    rows,
  };
}

/** What on-call reads of a debt, and later that it is paid; approvers do while the policy that names on-call cannot be read. */
function overdue(grant: Grant, lane: string | undefined, moment: "owed" | "paid"): Telling[] {
  if (lane === undefined) return [];
  const tell = { kind: "overdue", grant: grant.id } as const;
  return [{ key: `overdue-${grant.id}-${moment}`, lane, urgent: true, tell }];
}
