import { followRequest } from "./consequences.ts";
import { type Desk, MOST_TRIES } from "./desk.ts";
import type { Commit, Write } from "./ports.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import { type Request, type RequestEvent, transitionRequest } from "./request.ts";

/** What happens to a request, and what else is written with it. */
export interface Change {
  readonly event: RequestEvent;
  readonly writes?: readonly Write[];
}

type Judge = (request: Request) => Promise<Change | Refusal> | Change | Refusal;

/**
 * Takes a request's id and what judges it; changes it by compare-and-set, judged anew at every try. Returns its next
 * state or why not. Throws when the store cannot be reached.
 */
export async function changeRequest(desk: Desk, id: string, judge: Judge): Promise<Request | Refusal> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const request = await desk.store.request(id);
    if (request === null) return refuse("notFound");
    const change = await judge(request);
    if (isRefusal(change)) return change;
    const next = transitionRequest(request, change.event);
    if (isRefusal(next)) return next;
    const commit: Commit = {
      writes: [{ kind: "request", expected: request.version, next }, ...(change.writes ?? [])],
      ...followRequest(next, change.event, desk.policy.current()?.policy ?? null),
    };
    if ((await desk.store.commit(commit)) === "saved") return next;
  }
  return refuse("raced");
}
