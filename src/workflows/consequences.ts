/** What follows from each change of state: who is told and what is remembered. One place, so they cannot drift apart. */
import type { EndedGrant, Grant, GrantEvent } from "./grant.ts";
import type { Millis } from "./person.ts";
import type { AskerMoment, Commit, LedgerRow, Telling } from "./ports.ts";
import type { PendingRequest, Request, RequestEvent } from "./request.ts";

type Following = Pick<Commit, "tellings" | "rows">;

/** Takes a new request; returns what follows from asking. */
export function followAsking(request: PendingRequest): Following {
  const { targets, durationSeconds, reason, approvers, policyHash } = request;
  const detail = { targets, durationSeconds, reason, approvers, policyHash, extends: request.extends };
  return {
    tellings: [card(request), asker(request, null, "asked")],
    rows: [row(request, null, request.askedAt, "asked", request.asker, detail)],
  };
}

/** Takes a request's next state and what led to it; returns what follows. */
export function followRequest(request: Request, event: RequestEvent): Following {
  switch (event.type) {
    case "approve": {
      const { by, at, policyHash } = event.decision;
      const detail = { end: event.end, grants: event.grants, policyHash, fingerprint: request.fingerprint };
      return {
        tellings: [card(request), verdict(request), asker(request, null, "approved")],
        rows: [row(request, null, at, "approved", by, detail)],
      };
    }
    case "deny": {
      const { by, at, policyHash } = event.decision;
      return {
        tellings: [card(request), verdict(request), asker(request, null, "denied")],
        rows: [row(request, null, at, "denied", by, { why: event.why, policyHash })],
      };
    }
    case "withdraw":
      return { tellings: [card(request)], rows: [row(request, null, event.at, "withdrawn", request.asker, {})] };
    case "lapse":
      return {
        tellings: [card(request), asker(request, null, "lapsed")],
        rows: [row(request, null, event.at, "lapsed", null, {})],
      };
  }
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

function card(request: Request, grant?: Grant): Telling {
  const version = grant === undefined ? `r${request.version}` : `${grant.id}-v${grant.version}`;
  return { key: `card-${request.id}-${version}`, lane: request.channel, tell: { kind: "card", request: request.id } };
}

function verdict(request: Request): Telling {
  return { key: `verdict-${request.id}`, lane: request.channel, tell: { kind: "verdict", request: request.id } };
}

function asker(request: Request, grant: Grant | null, moment: AskerMoment): Telling {
  return {
    key: `${moment}-${grant?.id ?? request.id}`,
    lane: `person:${request.asker}`,
    tell: { kind: "asker", request: request.id, grant: grant?.id ?? null, moment },
  };
}

function row(
  request: { readonly id: string },
  grant: Grant | null,
  at: Millis,
  what: string,
  by: string | null,
  detail: LedgerRow["detail"],
): LedgerRow {
  return { at, what, by, request: request.id, grant: grant?.id ?? null, detail };
}
