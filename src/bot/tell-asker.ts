import type { Grant } from "../workflows/grant.ts";
import type { PersonId } from "../workflows/person.ts";
import type { AskerMoment } from "../workflows/ports.ts";
import type { Request } from "../workflows/request.ts";
import * as askerWords from "./messages/asker.ts";
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
    await freshen(parts, poster, request, moment === "ready" ? null : grant);
  const shown = await askerMessage(parts, request, grant, moment);
  if (shown === null) return;
  const name = moment === "asked" ? askedName(request.id) : `${moment}-${grantId ?? requestId}`;
  await poster.show(name, () => directMessage(parts, poster, request.asker), shown);
}

async function askerMessage(
  parts: NotifierParts,
  request: Request,
  grant: Grant | null,
  moment: AskerMoment,
): Promise<Message | null> {
  const policy = namesNow(parts);
  const now = parts.desk.clock.now();
  switch (moment) {
    case "asked":
      return askerWords.asked({ names: policy, request, grants: await grantsOf(parts, request), now });
    case "approved":
      return null;
    case "denied":
      return request.state === "denied" ? askerWords.denied(policy, request) : null;
    case "lapsed":
      return request.state === "lapsed" ? askerWords.lapsed(policy, request) : null;
    case "ready":
      return grant === null ? null : askerWords.ready(policy, grant, now);
    case "endsSoon":
      // Too late, or handed back meanwhile: then there is nothing to warn of.
      return grant?.state === "active" && now < grant.end ? askerWords.endsSoon(policy, grant, now) : null;
    case "failed":
      return grant?.state === "ended" ? askerWords.failed(policy, grant) : null;
    case "ended":
      return grant?.state === "ended" ? askerWords.ended(policy, grant, now) : null;
  }
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
  const policy = namesNow(parts);
  const grants = await grantsOf(parts, request);
  await poster.redraw(askedName(request.id), askerWords.asked({ names: policy, request, grants, now }));
  if (grant === null) return;
  await poster.redraw(`ready-${grant.id}`, askerWords.ready(policy, grant, now));
  await poster.redraw(`endsSoon-${grant.id}`, askerWords.endsSoon(policy, grant, now));
}

async function directMessage({ directory }: NotifierParts, poster: Poster, person: PersonId): Promise<string> {
  const user = await directory.slackUser(person);
  if (user === null) throw new NeverTold(`nobody in Slack is linked to ${person}`);
  return poster.openDirectMessage(user);
}
