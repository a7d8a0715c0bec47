/** Every state that a request and its pass go through, as records. */
import { type Grant, type GrantEvent, transitionGrant } from "../../../src/workflows/grant.ts";
import type { Write } from "../../../src/workflows/ports.ts";
import { isRefusal } from "../../../src/workflows/refusal.ts";
import { type Request, type RequestEvent, transitionRequest } from "../../../src/workflows/request.ts";
import { NOON, SAMPLE_APPROVAL, SAMPLE_NEEDS, sampleGrant, sampleRequest } from "../../fakes/samples.ts";
import type { Role } from "./world.ts";
import { PAT } from "./world.ts";

/** The life of one request, and of the pass that comes of it; `from before` a policy that let colleagues decide. */
export const STATES = [
  ...([
    "none",
    "pending",
    "pending from before",
    "denied",
    "withdrawn",
    "lapsed",
    "making",
    "active",
    "ending",
    "ended",
  ] as const),
  ...(["glass broken", "review overdue", "reviewed"] as const),
];
export type State = (typeof STATES)[number];

/** A minute after the request was asked for. */
export const NOW = NOON + 60_000;
export const REQUEST = "abcdefghij";
export const GRANT = "abcdefghija";

/** Takes a role; returns whose request it is: pat's, or mia's. */
export function askerOf(role: Role): string {
  return role === "asker" || role === "asker on call" ? PAT : "mia";
}

/** Takes a state and a role; returns the request in it, null where there is none. */
export function requestIn(state: State, role: Role): Request | null {
  if (state === "none") return null;
  const needs = { ...SAMPLE_NEEDS, notSameCompany: true, rules: ["payments"] };
  const asked = sampleRequest({ id: REQUEST, asker: askerOf(role), needs });
  const by = role === "decider" ? PAT : "ada";
  const decision = { ...SAMPLE_APPROVAL.decision, people: [by] };
  const approval = { ...SAMPLE_APPROVAL, needs, decision, yes: { ...SAMPLE_APPROVAL.yes, by } };
  const glass = { ...approval, yes: null, decision: { ...decision, people: [asked.asker] } };
  const owed = { dueAt: state === "review overdue" ? NOW - 1 : NOON + 86_400_000, chasedAt: null, done: null };
  const done = { by: "rita", at: NOON, words: "Nothing but logs was read" };
  switch (state) {
    case "pending":
      return asked;
    case "pending from before":
      return { ...asked, needs: { ...needs, notSameCompany: false } };
    case "denied":
      return after(asked, { type: "deny", decision, why: null });
    case "withdrawn":
      return after(asked, { type: "withdraw", at: NOON });
    case "lapsed":
      return after(asked, { type: "lapse", at: NOON });
    case "glass broken":
    case "review overdue":
      return after({ ...asked, leave: "breakGlass" }, { ...glass, review: owed });
    case "reviewed":
      return after(after({ ...asked, leave: "breakGlass" }, { ...glass, review: owed }), { type: "reviewed", done });
    default:
      return after(asked, approval);
  }
}

/** Takes a state and a role; returns the pass in it, null where there is none. */
export function grantIn(state: State, role: Role): Grant | null {
  if (["none", "pending", "pending from before", "denied", "withdrawn", "lapsed"].includes(state)) return null;
  const isGlass = ["glass broken", "review overdue", "reviewed"].includes(state);
  const grantee = askerOf(role);
  const people = isGlass ? [grantee] : [role === "decider" ? PAT : "ada"];
  const decidedBy = { kind: isGlass ? "breakGlass" : "approval", people } as const;
  const making = sampleGrant({ id: GRANT, request: REQUEST, grantee, decidedBy });
  const end: GrantEvent = { type: "end", ending: { why: "revoked", by: "olga", words: null, since: NOON } };
  const proven: GrantEvent = { type: "proven", at: NOON };
  if (state === "making") return making;
  if (state === "ending") return passing(making, proven, end);
  if (state === "ended") return passing(making, proven, end, { type: "refused", at: NOON });
  return passing(making, proven);
}

/** Takes a state and a role; returns all records of it, with what is remembered of whoever asked. */
export function recordsIn(state: State, role: Role): readonly Write[] {
  const request = requestIn(state, role);
  const grant = grantIn(state, role);
  const asker = askerOf(role);
  const review = request?.state === "approved" ? request.review : null;
  const reviews = review !== null && review.done === null ? [{ request: REQUEST, dueAt: review.dueAt }] : [];
  const open = request?.state === "pending" ? [REQUEST] : [];
  const held = grant === null ? [] : [GRANT];
  const history = { id: asker, version: 1, reasons: [], outcomes: [], reviews, open, held };
  return [
    { kind: "history", expected: null, next: history },
    ...(request === null ? [] : [{ kind: "request", expected: null, next: request } as const]),
    ...(grant === null ? [] : [{ kind: "grant", expected: null, next: grant } as const]),
  ];
}

function after(request: Request, event: RequestEvent): Request {
  const next = transitionRequest(request, event);
  if (isRefusal(next)) throw new Error(`${event.type}: ${next.refused}`);
  return next;
}

function passing(grant: Grant, ...events: readonly GrantEvent[]): Grant {
  return events.reduce((before, event) => {
    const next = transitionGrant(before, event);
    if (isRefusal(next)) throw new Error(`${event.type}: ${next.refused}`);
    return next;
  }, grant);
}
