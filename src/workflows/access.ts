/** Asking, taking back and deciding, as the bot calls it: load, judge, save, wake. Saved before the promise resolves. */
import { changeRequest } from "./change-request.ts";
import { type Desk, MOST_TRIES, wake, wakeGrants } from "./desk.ts";
import { type Asking, judgeAsking } from "./judge-asking.ts";
import { type Click, judgeClick } from "./judge-click.ts";
import { dueAt } from "./next-step.ts";
import { type Ender, isTheirs } from "./person.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { ApprovedRequest, PendingRequest, Request } from "./request.ts";

/** A filled form. `seed` is the same when the same submission is delivered twice. */
export interface Ask extends Asking {
  readonly seed: string;
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
    const wanted = await judgeAsking(desk, asked, id);
    if (!("request" in wanted)) return wanted;
    const { request, commit } = wanted;
    if ((await desk.store.commit(commit)) === "raced") continue;
    wakeAll(desk, request);
    return request;
  }
  return [refuse("raced")];
}

function wakeAll(desk: Desk, request: PendingRequest | ApprovedRequest): void {
  const due = dueAt(request);
  if (due !== null) wake(desk, { kind: "request", id: request.id }, request.version, due);
  if (request.state === "approved") wakeGrants(desk, request);
}

/**
 * Takes back a pending request of this account's own, whatever its id is by now: another one that has the id takes it back
 * by asking anew. Returns its next state or why not.
 */
export async function withdraw(
  desk: Desk,
  input: { readonly by: Ender; readonly request: string },
): Promise<Request | Refusal> {
  return changeRequest(desk, input.request, (request) =>
    isOwn(input.by, request) ? { event: { type: "withdraw", at: desk.clock.now() } } : refuse("notYours"),
  );
}

/** What was asked for before the account was kept is its id's. */
function isOwn(by: Ender, { asker, account }: Request): boolean {
  return account === undefined ? by.person === asker && !by.isFormer : isTheirs(by, account);
}

/** Why nothing was written down, so that there is no next state. */
type Unrecorded = Refusal & { readonly state?: never };

/** A click and the request whose card it was on. */
export interface Verdict extends Click {
  readonly request: string;
}

/**
 * Decides a request. Returns its next state (still pending where more people must say yes) or why not. Throws when the
 * store cannot be reached: then nothing was decided.
 */
export async function decide(desk: Desk, input: Verdict): Promise<Request | Refusal> {
  const force = desk.policy.current();
  if (force === null) return refuse("policyUnreadable");
  const decided: Request | Unrecorded = await changeRequest(desk, input.request, (request) =>
    judgeClick(desk, force, input, request),
  );
  if (decided.state === "lapsed") return refuse("alreadyDecided");
  if (decided.state === "approved") wakeGrants(desk, decided);
  return decided;
}
