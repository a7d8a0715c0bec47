import { owesReview } from "../workflows/request.ts";
import { glassFacts, glassName } from "./glass-facts.ts";
import { brokeGlass, reviewChase, reviewGiven } from "./messages/review.ts";
import { type NotifierParts, needRequest } from "./notifier-parts.ts";
import type { Poster } from "./poster.ts";
import { cardName, showCard } from "./show-card.ts";

/** Tells a channel, once, that somebody broke the glass whose people were not asked; afterwards that message is edited. */
export async function tellBrokeGlass(parts: NotifierParts, poster: Poster, lane: string, id: string): Promise<void> {
  const request = await needRequest(parts, id);
  if (request.state !== "approved") return;
  await poster.show(glassName(id, lane), lane, brokeGlass(await glassFacts(parts, request)));
}

/**
 * Tells reviewers that a review is overdue: a message of its own each day, since an edit notifies nobody. Once it is given,
 * the last of them says so, and the card's thread has what was found.
 */
export async function tellReview(parts: NotifierParts, poster: Poster, lane: string, id: string): Promise<void> {
  const request = await needRequest(parts, id);
  if (request.state !== "approved" || request.review === null) return;
  const facts = await glassFacts(parts, request);
  const chase = `review-${id}-${request.review.chasedAt}`;
  if (owesReview(request)) {
    await poster.show(chase, lane, reviewChase(facts));
    return;
  }
  await poster.redraw(chase, reviewChase(facts));
  await poster.reply(`reviewed-${id}`, cardName(id), reviewGiven(facts), () => showCard(parts, poster, request));
}
