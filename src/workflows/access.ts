/** Asking and taking back, as the bot calls it: load, judge, save, wake. Saved before the promise resolves. */
import { lookAround, writeHistory } from "./around.ts";
import { changeRequest } from "./change-request.ts";
import { followAsking } from "./consequences.ts";
import { type Desk, MOST_TRIES, wake, wakeGrants } from "./desk.ts";
import { rememberReason } from "./history.ts";
import { judgeWish, whySkewed } from "./judge.ts";
import { judgeGlass } from "./judge-glass.ts";
import { lendAtOnce } from "./lend-at-once.ts";
import { dueAt } from "./next-step.ts";
import { openRequest } from "./open-request.ts";
import type { PersonRecord } from "./person.ts";
import type { Commit } from "./ports.ts";
import { plainWords } from "./reason.ts";
import { mayExtend } from "./receive.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { ApprovedRequest, PendingRequest, Request, Target } from "./request.ts";
import type { Wish } from "./wish.ts";

/** A filled form: who asks, for what. `seed` is the same when the same submission is delivered twice. */
export interface Ask extends Wish {
  readonly by: PersonRecord;
  readonly seed: string;
  /** The grant that this would succeed; null for a first one. */
  readonly extends: string | null;
  /** On-call lends it to themself, in an emergency. */
  readonly breakGlass: boolean;
}

/**
 * Records a request; where nobody needs to say yes, it is approved with it. Returns it (the same one when a submission is
 * delivered twice), or every fault with its field. Throws when the store cannot be reached: then nothing was recorded.
 */
export async function ask(desk: Desk, asked: Ask): Promise<PendingRequest | ApprovedRequest | readonly Refusal[]> {
  const id = desk.ids.requestId(asked.seed);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const known = await desk.store.request(id);
    if (known?.state === "pending" || known?.state === "approved") return known;
    if (known !== null) return [refuse("alreadyDecided")];
    const wanted = await judge(desk, asked, id);
    if (!("request" in wanted)) return wanted;
    const { request, commit } = wanted;
    if ((await desk.store.commit(commit)) === "raced") continue;
    wakeAll(desk, request);
    return request;
  }
  return [refuse("raced")];
}

interface Wanted {
  readonly request: PendingRequest | ApprovedRequest;
  readonly commit: Commit;
}

async function judge(desk: Desk, asked: Ask, id: string): Promise<Wanted | readonly Refusal[]> {
  const force = desk.policy.current();
  if (force === null) return [refuse("policyUnreadable")];
  if (!asked.by.active) return [refuse("inactive")];
  const now = desk.clock.now();
  const former = asked.extends === null ? null : await mayExtend(desk, { by: asked.by, grant: asked.extends });
  if (isRefusal(former)) return [former];
  if (former !== null && !isSamePlace(former, asked)) return [refuse("otherThanExtended", { field: "cluster" })];
  const said = desk.ids.fingerprint(plainWords(asked.reason));
  const place = { policy: force.policy, asker: asked.by.person, request: id, clusters: [asked.cluster], said };
  const found = await lookAround(desk, place);
  const unsafe = desk.caution.whyNot() ?? whySkewed(found.around.factsOf(asked.cluster));
  if (unsafe !== null) return [refuse("endingsOnly", { detail: unsafe })];
  const allowed = (asked.breakGlass ? judgeGlass : judgeWish)(force, asked.by, asked, found.around, now);
  if (!("target" in allowed)) return allowed;
  const twin = asked.breakGlass ? undefined : found.around.open.find((other) => isOfOneCell(other, allowed.target));
  if (twin !== undefined) return [refuse("alreadyOpen", { field: "namespaces", detail: twin.id })];

  const history = rememberReason(found.history, said);
  const request = openRequest(desk.ids, force, { asked, allowed, id, now });
  if (request.leave !== "approval") return lendAtOnce(force, { request, asker: asked.by, found, history });
  const writes = [{ kind: "request", expected: null, next: request }, writeHistory(found.history, history)] as const;
  return { request, commit: { writes, ...followAsking(request) } };
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

function wakeAll(desk: Desk, request: PendingRequest | ApprovedRequest): void {
  const due = dueAt(request);
  if (due !== null) wake(desk, { kind: "request", id: request.id }, request.version, due);
  if (request.state === "approved") wakeGrants(desk, request);
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
