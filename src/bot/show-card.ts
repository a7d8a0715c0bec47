import type { Request } from "../workflows/request.ts";
import type { Place } from "../workflows/telling.ts";
import { copyChannels, brokeGlass as glassTellings } from "../workflows/tellings.ts";
import { glassFacts, glassName } from "./glass-facts.ts";
import { card } from "./messages/card.ts";
import type { AskerRecord } from "./messages/card-facts.ts";
import { brokeGlass } from "./messages/review.ts";
import { grantsOf, type NotifierParts, namesNow } from "./notifier-parts.ts";
import type { Poster } from "./poster.ts";
import type { Message } from "./sentences.ts";
import { isPassing, sayError, slackTrouble } from "./slack-client.ts";

/** Takes a request; returns the name under which its card is kept. */
export function cardName(request: string): string {
  return `card-${request}`;
}

function copyName(request: string, channel: string): string {
  return `card-${request}-${channel}`;
}

/** Takes a request as it is now; draws its card anew, posts it where it is not, and returns where it stands. */
export async function showCard(parts: NotifierParts, poster: Poster, request: Request): Promise<Place> {
  const shown = await drawCard(parts, request);
  const place = await poster.show(cardName(request.id), request.channel, shown);
  await redrawElsewhere(parts, poster, request, shown);
  return place;
}

/** Takes a request and the channel of another group that decides too; shows it a copy of the card, as it is now. */
export async function showCopy(parts: NotifierParts, poster: Poster, request: Request, channel: string): Promise<void> {
  await poster.show(copyName(request.id, channel), channel, await drawCard(parts, request));
}

async function drawCard(parts: NotifierParts, request: Request): Promise<Message> {
  const { desk } = parts;
  const [asker, grants, former, record] = await Promise.all([
    desk.people.record(request.asker),
    grantsOf(parts, request),
    request.extends === null ? null : desk.store.grant(request.extends),
    recordOf(parts, request),
  ]);
  return card({ names: namesNow(parts), request, grants, former, asker, record, now: desk.clock.now() });
}

/**
 * What stands in other channels is drawn anew as well: copies of the card, and what was said of an emergency. A channel in
 * which Slack does not let us edit any more holds up nothing.
 */
async function redrawElsewhere(parts: NotifierParts, poster: Poster, request: Request, shown: Message): Promise<void> {
  const policy = namesNow(parts);
  const redraw = async (name: string, message: Message) => {
    try {
      await poster.redraw(name, message);
    } catch (cause) {
      const trouble = slackTrouble(cause);
      if (trouble?.kind !== "refused" || isPassing(trouble.error)) throw cause;
      parts.log.warn("a message in another channel was not redrawn", { name, cause: sayError(cause) });
    }
  };
  for (const channel of copyChannels(request, policy)) await redraw(copyName(request.id, channel), shown);
  if (request.leave !== "breakGlass" || request.state !== "approved") return;
  const told = brokeGlass(await glassFacts(parts, request));
  for (const { lane } of glassTellings(request, policy)) await redraw(glassName(request.id, lane), told);
}

/** What helps to decide, while there is something to decide. */
async function recordOf({ desk }: NotifierParts, request: Request): Promise<AskerRecord | null> {
  if (request.state !== "pending") return null;
  const history = await desk.store.history(request.asker);
  const grants = await Promise.all((history?.held ?? []).map((id) => desk.store.grant(id)));
  const held = grants.filter((grant) => grant?.state === "making" || grant?.state === "active");
  return { outcomes: history?.outcomes ?? [], holds: held.length };
}
