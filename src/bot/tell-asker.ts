import type { AskerMoment } from "../workflows/asker-moment.ts";
import { beginsAt, type Grant } from "../workflows/grant.ts";
import type { PersonId } from "../workflows/person.ts";
import type { Request } from "../workflows/request.ts";
import { glassFacts } from "./glass-facts.ts";
import * as askedWords from "./messages/asker.ts";
import * as passWords from "./messages/asker-pass.ts";
import { reviewNews } from "./messages/review.ts";
import { grantsOf, type NotifierParts, namesNow, needGrant, needRequest } from "./notifier-parts.ts";
import type { Poster } from "./poster.ts";
import type { Message } from "./sentences.ts";
import { NeverTold } from "./told.ts";

/** Tells the asker one moment of a request, from the state now, after what was said before has been drawn anew. */
export async function tellAsker(
  parts: NotifierParts,
  poster: Poster,
  requestId: string,
  grantId: string | null,
  moment: AskerMoment,
): Promise<void> {
  const request = await needRequest(parts, requestId);
  const grant = grantId === null ? null : await needGrant(parts, grantId);
  // What was said before goes first: its buttons must be gone when the new words arrive.
  if (moment !== "asked" && moment !== "endsSoon")
    await freshen(parts, poster, request, moment === "ready" && grant?.startsAt === null ? null : grant);
  if (moment === "approved") return tellLaterStart(parts, poster, request);
  const shown = await askerMessage(parts, request, grant, moment);
  if (shown === null) return;
  await poster.show(nameOf(request, grant, moment), () => directMessage(parts, poster, request.asker), shown);
}

function nameOf(request: Request, grant: Grant | null, moment: AskerMoment): string {
  if (moment === "asked") return askedName(request.id);
  if (moment !== "review" || request.state !== "approved") return `${moment}-${grant?.id ?? request.id}`;
  const { chasedAt = null, done = null } = request.review ?? {};
  return `review-${request.id}-${done === null ? chasedAt : "done"}-asker`;
}

async function askerMessage(
  parts: NotifierParts,
  request: Request,
  grant: Grant | null,
  moment: AskerMoment,
): Promise<Message | null> {
  const names = namesNow(parts);
  const now = parts.desk.clock.now();
  switch (moment) {
    case "asked":
      return askedWords.asked({ names, request, grants: await grantsOf(parts, request), now });
    case "progress":
    case "approved":
      return null;
    case "denied":
      return request.state === "denied" ? askedWords.denied(names, request) : null;
    case "lapsed":
      return request.state === "lapsed" ? askedWords.lapsed(names, request) : null;
    case "review":
      return request.state === "approved" ? reviewNews(await glassFacts(parts, request)) : null;
    case "ready":
    case "endsSoon":
    case "failed":
    case "ended":
      return grant === null ? null : passMessage({ names, grant, request, now }, moment);
  }
}

function passMessage(
  facts: passWords.PassFacts,
  moment: Extract<AskerMoment, "ready" | "endsSoon" | "failed" | "ended">,
): Message | null {
  const { names, grant, now } = facts;
  switch (moment) {
    case "ready":
      return passWords.ready(facts);
    case "endsSoon":
      // Too late, or handed back meanwhile: then there is nothing to warn of.
      return grant.state === "active" && now < grant.end ? passWords.endsSoon(facts) : null;
    case "failed":
      return grant.state === "ended" ? passWords.failed(names, grant) : null;
    case "ended":
      return grant.state === "ended" ? passWords.ended(names, grant, now) : null;
  }
}

/** Who waits for hours to begin reads when it does, and can hand it back before; others read next that it is ready. */
async function tellLaterStart(parts: NotifierParts, poster: Poster, request: Request): Promise<void> {
  const names = namesNow(parts);
  const now = parts.desk.clock.now();
  for (const grant of await grantsOf(parts, request)) {
    if (grant.state !== "making" || now >= beginsAt(grant)) continue;
    const shown = passWords.startsLater({ names, grant, request, now });
    await poster.show(laterName(grant.id), () => directMessage(parts, poster, request.asker), shown);
  }
}

function laterName(grant: string): string {
  return `startsLater-${grant}`;
}

function askedName(request: string): string {
  return `asked-${request}`;
}

/** Draws what the asker was told before anew; `grant` where it is one that they were told of, too. */
export async function freshen(
  parts: NotifierParts,
  poster: Poster,
  request: Request,
  grant: Grant | null,
): Promise<void> {
  const now = parts.desk.clock.now();
  const names = namesNow(parts);
  const grants = await grantsOf(parts, request);
  await poster.redraw(askedName(request.id), askedWords.asked({ names, request, grants, now }));
  if (grant === null) return;
  const facts = { names, grant, request, now };
  if (grant.startsAt !== null) await poster.redraw(laterName(grant.id), passWords.startsLater(facts));
  await poster.redraw(`ready-${grant.id}`, passWords.ready(facts));
  await poster.redraw(`endsSoon-${grant.id}`, passWords.endsSoon(facts));
}

async function directMessage({ directory }: NotifierParts, poster: Poster, person: PersonId): Promise<string> {
  const user = await directory.slackUser(person);
  if (user === null) throw new NeverTold(`nobody in Slack is linked to ${person}`);
  return poster.openDirectMessage(user);
}
