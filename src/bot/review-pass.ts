import type { App, BlockAction, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { isRefusal, type Refusal, refuse } from "../workflows/refusal.ts";
import type { ApprovedRequest, Request } from "../workflows/request.ts";
import { review, whyNotReview } from "../workflows/review.ts";
import { onFields, onlyYou } from "./answers.ts";
import { buttonValue, userOf } from "./clicks.ts";
import type { SlackUser } from "./known-people.ts";
import { refusalWords } from "./messages/refusals.ts";
import { reviewedAlready, reviewForm } from "./messages/review.ts";
import { ACTIONS, REVIEW_WORDS, unpackRequest, VIEWS } from "./names.ts";
import { openForm } from "./open-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { beforehand, identify, type Reached, reach } from "./reach.ts";
import { readWhy } from "./read-form.ts";

/** Who gives a review a moment after they were made a guest gives none, so Slack itself is asked at each click. */
const NOW = { fresh: true };

/** A reviewer says what they found of a pass that on-call lent itself. Who may is judged at the click and at the sending. */
export function registerReviewPass(app: App, parts: BotParts): void {
  app.action<BlockAction>(ACTIONS.review, async ({ ack, body, respond }) => {
    const form = await reach(parts, formToReview(parts, userOf(body), unpackRequest(buttonValue(body))));
    await ack();
    if ("no" in form) return void (await respond(onlyYou(form.no)));
    await openForm(parts, body.trigger_id, form.got, (no) => respond(onlyYou(no)));
  });

  app.view<ViewSubmitAction>(VIEWS.review, async ({ ack, body, view }) => {
    const words = readWhy(view, REVIEW_WORDS) ?? "";
    const reached = await reach(parts, give(parts, userOf(body), unpackRequest(view.private_metadata), words));
    await ("no" in reached ? ack(onFields({ [REVIEW_WORDS]: reached.no })) : ack());
  });
}

async function formToReview(parts: BotParts, who: SlackUser, id: string | null): Promise<Reached<ModalView>> {
  const { desk } = parts;
  const [found, request] = await Promise.all([
    identify(parts, who, NOW),
    id === null ? null : beforehand(desk.store.request(id)),
  ]);
  if ("no" in found) return found;
  if (request === null) return refused(parts, refuse("notFound"), null);
  const force = desk.policy.current();
  if (force === null) return refused(parts, refuse("policyUnreadable"), request);
  const no = whyNotReview(force.policy, found.got, request, desk.clock.now());
  if (no !== null) return refused(parts, no, request);
  return {
    got: reviewForm({ names: force.policy, request: request as ApprovedRequest, grants: [], now: desk.clock.now() }),
  };
}

async function give(parts: BotParts, who: SlackUser, id: string | null, words: string): Promise<Reached<Request>> {
  const { desk } = parts;
  const found = await identify(parts, who, NOW);
  if ("no" in found) return found;
  if (id === null) return refused(parts, refuse("notFound"), null);
  const given = await review(desk, { by: found.got, request: id, words });
  if (!isRefusal(given)) return { got: given };
  return refused(parts, given, await beforehand(desk.store.request(id)));
}

/** Who comes too late is told who was faster. */
function refused(parts: BotParts, refusal: Refusal, request: Request | null) {
  const names = namesOf(parts);
  const late = refusal.refused === "alreadyReviewed" ? reviewedAlready(names, request, parts.desk.clock.now()) : null;
  return { no: late ?? refusalWords(names, refusal) };
}
