import type { Request } from "../workflows/request.ts";
import { card } from "./messages/card.ts";
import type { AskerRecord } from "./messages/card-facts.ts";
import { grantsOf, type NotifierParts, namesNow } from "./notifier-parts.ts";
import type { Place, Poster } from "./poster.ts";
import { redrawBrokeGlass } from "./redraw-glass.ts";

/** Takes a request; returns the name under which its card is kept. */
export function cardName(request: string): string {
  return `card-${request}`;
}

/** Takes a request as it is now; draws its card anew, posts it where it is not, and returns where it stands. */
export async function showCard(parts: NotifierParts, poster: Poster, request: Request): Promise<Place> {
  const { desk } = parts;
  const [asker, grants, former, record] = await Promise.all([
    desk.people.record(request.asker),
    grantsOf(parts, request),
    request.extends === null ? null : desk.store.grant(request.extends),
    recordOf(parts, request),
  ]);
  const shown = card({ names: namesNow(parts), request, grants, former, asker, record, now: desk.clock.now() });
  const place = await poster.show(cardName(request.id), request.channel, shown);
  await redrawBrokeGlass(parts, poster, request);
  return place;
}

/** What helps to decide, while there is something to decide. */
async function recordOf({ desk }: NotifierParts, request: Request): Promise<AskerRecord | null> {
  if (request.state !== "pending") return null;
  const history = await desk.store.history(request.asker);
  const grants = await Promise.all((history?.held ?? []).map((id) => desk.store.grant(id)));
  const held = grants.filter((grant) => grant?.state === "making" || grant?.state === "active");
  return { outcomes: history?.outcomes ?? [], holds: held.length };
}
