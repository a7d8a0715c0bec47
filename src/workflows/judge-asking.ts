/** Whether what somebody asks for may be recorded, and as what. */
import { lookAround, type Surroundings, writeHistory } from "./around.ts";
import { followAsking, followRequest } from "./consequences.ts";
import type { Desk } from "./desk.ts";
import { rememberOpen, rememberReason } from "./history.ts";
import { judgeWish, whySkewed } from "./judge.ts";
import { judgeGlass } from "./judge-glass.ts";
import { lendAtOnce } from "./lend-at-once.ts";
import { isLinked } from "./membership.ts";
import { type Opening, openRequest } from "./open-request.ts";
import { isOfAccount, type Millis, type PersonRecord } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { Commit, PolicyInForce } from "./ports.ts";
import { plainWords } from "./reason.ts";
import { mayExtend } from "./receive.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import {
  type ApprovedRequest,
  type PendingRequest,
  type Target,
  transitionRequest,
  type WithdrawnRequest,
} from "./request.ts";
import type { Wish } from "./wish.ts";

/** What somebody asks for, and how. */
export interface Asking extends Wish {
  readonly by: PersonRecord;
  /** The grant that this would succeed; null for a first one. */
  readonly extends: string | null;
  /** On-call lends it to themself, in an emergency. */
  readonly breakGlass: boolean;
}

/** A request, and the commit that records it. */
export interface Wanted {
  readonly request: PendingRequest | ApprovedRequest;
  readonly commit: Commit;
}

/**
 * Takes the desk, what somebody asks for, and the id of the request it would become; returns that request with all that is
 * to be saved, or every fault with its field.
 */
export async function judgeAsking(desk: Desk, asked: Asking, id: string): Promise<Wanted | readonly Refusal[]> {
  const force = desk.policy.current();
  if (force === null) return [refuse("policyUnreadable")];
  if (!asked.by.active) return [refuse("inactive")];
  const now = desk.clock.now();
  const former = asked.extends === null ? null : await mayExtend(desk, { by: asked.by, grant: asked.extends });
  if (isRefusal(former)) return [former];
  if (former !== null && !isSamePlace(former, asked)) return [refuse("otherThanExtended", { field: "cluster" })];
  const said = desk.ids.fingerprint(plainWords(asked.reason));
  const place = {
    policy: force.policy,
    asker: asked.by.person,
    request: id,
    clusters: [asked.cluster],
    said,
    isDecided: false,
    now,
  };
  const found = await lookAround(desk, place);
  const unsafe = desk.caution.whyNot() ?? whySkewed(found.around.factsOf(asked.cluster));
  if (unsafe !== null) return [refuse("endingsOnly", { detail: unsafe })];
  const allowed = (asked.breakGlass ? judgeGlass : judgeWish)(force, asked.by, asked, found.around, now);
  if (!("target" in allowed)) return allowed;
  const twins = asked.breakGlass ? [] : found.around.open.filter((other) => isOfOneCell(other, allowed.target));
  const twin = twins.find((other) => !isLeftBehind(force.policy, asked.by, other));
  if (twin !== undefined) return [refuse("alreadyOpen", { field: "namespaces", detail: twin.id })];

  const { request, commit } = record(desk, force, { asked, allowed, id, now, found, said });
  return { request, commit: twins.reduce((all, left) => andTakeBack(all, left, { anew: id, at: now }), commit) };
}

interface Recorded extends Opening {
  readonly found: Surroundings;
  /** The fingerprint of the reason. */
  readonly said: string;
}

function record(desk: Desk, force: PolicyInForce, { found, said, ...opening }: Recorded): Wanted {
  const { asked, id } = opening;
  const history = rememberReason(found.current, said);
  const request = openRequest(desk.ids, force, opening);
  if (request.leave !== "approval") return lendAtOnce(force, { request, asker: asked.by, found, history });
  const next = rememberOpen(history, id);
  const writes = [{ kind: "request", expected: null, next: request }, writeHistory(found.history, next)] as const;
  return { request, commit: { writes, ...followAsking(request, force.policy) } };
}

/** What an account asked for whose id the policy gave to the one that asks now: nobody says yes to it any more. */
function isLeftBehind(policy: Policy, by: PersonRecord, { account }: PendingRequest): boolean {
  return !isOfAccount(by, account) && isLinked(policy, by);
}

function andTakeBack(
  { writes, tellings, rows }: Commit,
  left: PendingRequest,
  { anew, at }: { readonly anew: string; readonly at: Millis },
): Commit {
  const event = { type: "withdraw", at, anew } as const;
  // A request that waits can always be withdrawn.
  const next = transitionRequest(left, event) as WithdrawnRequest;
  const following = followRequest(next, event, null);
  return {
    writes: [...writes, { kind: "request", expected: left.version, next }],
    tellings: [...following.tellings, ...tellings],
    rows: [...following.rows, ...rows],
  };
}

/** A successor lends what its grant lent, or less; for anything else one asks anew. */
function isSamePlace(former: Target, wish: Wish): boolean {
  const isThere = (namespace: string) => former.namespaces.includes(namespace);
  return former.cluster === wish.cluster && former.profile === wish.profile && wish.namespaces.every(isThere);
}

/** A second open request for a cell would only make approvers say the same thing twice. */
function isOfOneCell({ targets }: PendingRequest, { cluster, profile, namespaces }: Target): boolean {
  return targets.some(
    (other) =>
      other.cluster === cluster &&
      other.profile === profile &&
      other.namespaces.some((namespace) => namespaces.includes(namespace)),
  );
}
