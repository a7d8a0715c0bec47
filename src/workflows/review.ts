/** What an emergency owes: somebody else looks at what was done, and says what they found. */
import { loadHistory, writeHistory } from "./around.ts";
import { type Change, changeRequest } from "./change-request.ts";
import type { Desk } from "./desk.ts";
import { settleReview } from "./history.ts";
import { capOf } from "./limits.ts";
import { isMember, isOutside, isOver } from "./membership.ts";
import { reviewersOf } from "./owed-review.ts";
import { isTheirs, type Millis, type PersonRecord } from "./person.ts";
import type { Policy } from "./policy.ts";
import { judgeWords } from "./reason.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import type { Request } from "./request.ts";

/** Records a review. Returns the request's next state or why not. Throws when the store cannot be reached. */
export async function review(
  desk: Desk,
  input: { readonly by: PersonRecord; readonly request: string; readonly words: string },
): Promise<Request | Refusal> {
  const force = desk.policy.current();
  if (force === null) return refuse("policyUnreadable");
  const words = judgeWords(input.words);
  if (isRefusal(words)) return words;
  return changeRequest(desk, input.request, async (request): Promise<Change | Refusal> => {
    const no = whyNotReview(force.policy, input.by, request, desk.clock.now());
    if (no !== null) return no;
    const history = await loadHistory(desk.store, request.asker);
    const done = { by: input.by.person, at: desk.clock.now(), words };
    return {
      event: { type: "reviewed", done },
      writes: [writeHistory(history, settleReview(history, request.id))],
    };
  });
}

/** Takes the policy, a record, a request and the time; returns why they may not review it, or null when they may. */
export function whyNotReview(policy: Policy, by: PersonRecord, request: Request, now: Millis): Refusal | null {
  if (request.state !== "approved" || request.review === null) return refuse("notNow");
  if (!by.active) return refuse("inactive");
  if (by.person === request.asker || isTheirs(by, request.account)) return refuse("ownRequest");
  if (isOutside(by)) return refuse("guestOrExternal");
  const reviewers = reviewersOf(policy);
  const isReviewer = isMember(policy, reviewers, by) && !isOver(capOf(policy, by), now);
  if (!isReviewer) return refuse("notReviewer", { detail: reviewers });
  return request.review.done === null ? null : refuse("alreadyReviewed");
}
