/** Asking, taking back and deciding, as the bot calls it: load, judge, transition, save, wake. Saved before the promise resolves. */
import { followAsking, followRequest } from "./consequences.ts";
import { type Desk, MOST_TRIES, wake } from "./desk.ts";
import type { Grant } from "./grant.ts";
import { judgeWish, type Wish, whyNotDecide, whyNotLend, whySkewed } from "./judge.ts";
import type { PersonRecord } from "./person.ts";
import { contractEnd } from "./policy.ts";
import type { Commit, Store, Write } from "./ports.ts";
import { mayExtend } from "./receive.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import {
  type Decision,
  type PendingRequest,
  type Request,
  type RequestEvent,
  type Target,
  transitionRequest,
} from "./request.ts";

/** How long a request waits for an answer: an hour, as with other tools of the kind. */
const LAPSE_MS = 60 * 60_000;

/** A filled form: who asks, for what. `seed` is the same when the same submission is delivered twice. */
export interface Ask extends Wish {
  readonly by: PersonRecord;
  readonly seed: string;
  /** The grant that this would succeed; null for a first one. */
  readonly extends: string | null;
}

/**
 * Records a request. Returns it (the same one when a submission is delivered twice), or every fault with its field.
 * Throws when the store cannot be reached: then nothing was recorded.
 */
export async function ask(desk: Desk, asked: Ask): Promise<PendingRequest | readonly Refusal[]> {
  const source = desk.policy.current();
  if (source === null) return [refuse("policyUnreadable")];
  if (!asked.by.active) return [refuse("inactive")];
  const now = desk.clock.now();
  const facts = await desk.facts.of(asked.cluster);
  const unsafe = desk.caution.whyNot() ?? whySkewed(facts);
  if (unsafe !== null) return [refuse("endingsOnly", { detail: unsafe })];
  const former = asked.extends === null ? null : await mayExtend(desk, { by: asked.by, grant: asked.extends });
  if (isRefusal(former)) return [former];
  if (former !== null && !isSamePlace(former, asked)) return [refuse("otherThanExtended", { field: "cluster" })];
  const allowed = judgeWish(source.policy, asked.by.person, asked, facts, now);
  if (!("target" in allowed)) return allowed;

  const id = desk.ids.requestId(asked.seed);
  const { target, durationSeconds, reason, approvers, channel } = allowed;
  const shown = JSON.stringify([id, asked.by.person, target, durationSeconds, reason]);
  const request: PendingRequest = {
    ...{ id, version: 1, asker: asked.by.person, targets: [target], durationSeconds, reason, approvers, channel },
    ...{ askedAt: now, lapsesAt: now + LAPSE_MS, fingerprint: desk.ids.fingerprint(shown), policyHash: source.hash },
    ...{ extends: asked.extends, state: "pending" },
  };
  const open = await findOpen(desk.store, request);
  if (open !== null) return open.id === id ? open : [refuse("alreadyOpen", { field: "namespaces", detail: open.id })];
  const saved = await desk.store.commit({
    writes: [{ kind: "request", expected: null, next: request }],
    ...followAsking(request),
  });
  if (saved === "raced") return resume(desk.store, id);
  wake(desk, { kind: "request", id }, request.version, request.lapsesAt);
  return request;
}

/** A successor lends what its grant lent, or less; for anything else one asks anew. */
function isSamePlace(former: Target, wish: Wish): boolean {
  const isThere = (namespace: string) => former.namespaces.includes(namespace);
  return former.cluster === wish.cluster && former.profile === wish.profile && wish.namespaces.every(isThere);
}

/** One open request per person and target: a second one would only make approvers say the same thing twice. */
async function findOpen(store: Store, request: PendingRequest): Promise<PendingRequest | null> {
  const [target] = request.targets;
  const { requests } = await store.live();
  const same = requests.find(
    (other) =>
      other.state === "pending" &&
      other.asker === request.asker &&
      other.targets.some(
        ({ cluster, profile, namespaces }) =>
          cluster === target?.cluster &&
          profile === target.profile &&
          namespaces.some((n) => target.namespaces.includes(n)),
      ),
  );
  return same?.state === "pending" ? same : null;
}

async function resume(store: Store, id: string): Promise<PendingRequest | readonly Refusal[]> {
  const known = await store.request(id);
  return known?.state === "pending" ? known : [refuse("alreadyDecided")];
}

/** Takes back the asker's own pending request. Returns its next state or why not. */
export async function withdraw(
  desk: Desk,
  input: { readonly by: PersonRecord; readonly request: string },
): Promise<Request | Refusal> {
  return changeRequest(desk, input.request, (request) =>
    request.asker === input.by.person ? { event: { type: "withdraw", at: desk.clock.now() } } : refuse("notYours"),
  );
}

/** A click on Approve or Deny, with who clicked and who asked as Slack shows them now. */
export interface Verdict {
  readonly by: PersonRecord;
  readonly asker: PersonRecord;
  readonly request: string;
  /** What the clicker's card showed. */
  readonly fingerprint: string;
  readonly verdict: "approve" | "deny";
  readonly why: string | null;
}

/** Decides a request, judged at this very click. Returns its next state or why not. */
export async function decide(desk: Desk, input: Verdict): Promise<Request | Refusal> {
  const source = desk.policy.current();
  if (source === null) return refuse("policyUnreadable");
  const decided = await changeRequest(desk, input.request, async (request) => {
    const now = desk.clock.now();
    const no = whyNotDecide(source.policy, input.by, request);
    if (no !== null) return no;
    if (request.state !== "pending") return refuse("alreadyDecided");
    if (request.fingerprint !== input.fingerprint) return refuse("changedSinceShown");
    if (now >= request.lapsesAt) return { event: { type: "lapse", at: now } };
    const decision: Decision = { by: input.by.person, at: now, policyHash: source.hash };
    if (input.verdict === "deny") return { event: { type: "deny", decision, why: input.why } };
    return approve(desk, source.policy, request, input.asker, decision);
  });
  if (!isRefusal(decided) && decided.state === "approved") {
    for (const id of decided.grants) wake(desk, { kind: "grant", id }, 1, decided.decision.at);
  }
  return !isRefusal(decided) && decided.state === "lapsed" ? refuse("alreadyDecided") : decided;
}

type Change = { readonly event: RequestEvent; readonly writes?: readonly Write[] };

/** The end is fixed here, once: whole seconds (it stands in names), never past the contract. */
async function approve(
  desk: Desk,
  policy: Parameters<typeof whyNotLend>[0],
  request: PendingRequest,
  asker: PersonRecord,
  decision: Decision,
): Promise<Change | Refusal> {
  const wanted = Math.floor(decision.at / 1000) * 1000 + request.durationSeconds * 1000;
  const end = Math.min(wanted, contractEnd(policy, request.asker) ?? Infinity);
  const grants: Grant[] = [];
  for (const [i, target] of request.targets.entries()) {
    const no = whyNotLend(policy, asker, request, target, decision.at);
    if (no !== null) return no;
    const facts = await desk.facts.of(target.cluster);
    if (facts === null) return refuse("clusterUnknown", { detail: target.cluster });
    const unsafe = desk.caution.whyNot() ?? whySkewed(facts);
    if (unsafe !== null) return refuse("endingsOnly", { detail: unsafe });
    if (facts.roles[target.role]?.hash !== target.roleHash) return refuse("roleChanged", { detail: target.profile });
    grants.push({
      ...target,
      ...{ id: grantId(request.id, i), version: 1, request: request.id, grantee: request.asker },
      ...{ decidedBy: { kind: "approval", people: [decision.by] }, decidedAt: decision.at, end },
      ...{ extends: request.extends, state: "making", trouble: null },
    });
  }
  return {
    event: { type: "approve", decision, end, grants: grants.map((grant) => grant.id) },
    writes: grants.map((next) => ({ kind: "grant", expected: null, next })),
  };
}

/** Takes a request's id and a target's place in it; returns the grant's id, the same at every try. */
function grantId(request: string, target: number): string {
  return `${request}${String.fromCharCode("a".charCodeAt(0) + target)}`;
}

async function changeRequest(
  desk: Desk,
  id: string,
  change: (request: Request) => Promise<Change | Refusal> | Change | Refusal,
): Promise<Request | Refusal> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const request = await desk.store.request(id);
    if (request === null) return refuse("notFound");
    const wanted = await change(request);
    if (isRefusal(wanted)) return wanted;
    const next = transitionRequest(request, wanted.event);
    if (isRefusal(next)) return next;
    const commit: Commit = {
      writes: [{ kind: "request", expected: request.version, next }, ...(wanted.writes ?? [])],
      ...followRequest(next, wanted.event),
    };
    if ((await desk.store.commit(commit)) === "saved") return next;
  }
  return refuse("raced");
}
