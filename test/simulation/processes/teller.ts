import type { WebClient } from "@slack/web-api";
import { createPoster, type Poster } from "../../../src/bot/poster.ts";
import type { Desk } from "../../../src/workflows/desk.ts";
import type { Grant } from "../../../src/workflows/grant.ts";
import type { Telling } from "../../../src/workflows/ports.ts";
import type { Request } from "../../../src/workflows/request.ts";
import type { Cards, Notifier, Told } from "../../../src/workflows/telling.ts";
import type { Said } from "../world/slack.ts";

export interface TellerParts {
  readonly desk: Pick<Desk, "store">;
  readonly cards: Cards;
  readonly slack: WebClient;
  /** For how long Slack wants to be left alone, in milliseconds; null where it does not. */
  readonly retryAfterMs: () => number | null;
}

/**
 * Says in Slack what the outbox holds, as src/bot/slack-notifier.ts does and by the same poster; but where that draws
 * words and buttons, this one writes down the states that they would show.
 */
export function createTeller(parts: TellerParts): Notifier {
  const poster = createPoster(parts.slack, parts.cards);
  return {
    tell: async (telling): Promise<Told> => {
      const retryAfterMs = parts.retryAfterMs();
      if (retryAfterMs !== null) return { told: false, retryAfterMs };
      const never = await say(parts, poster, telling);
      return never === null ? { told: true } : { told: false, never };
    },
  };
}

/** What a telling is about, as the store has it now. */
interface About {
  readonly telling: Telling;
  readonly request: Request | null;
  readonly grant: Grant | null;
}

/** Returns why it can never be said, or null when it was. */
async function say({ desk }: TellerParts, poster: Poster, telling: Telling): Promise<string | null> {
  const { key, lane, tell } = telling;
  const grant = "grant" in tell && tell.grant !== null ? await desk.store.grant(tell.grant) : null;
  const id = "request" in tell ? tell.request : grant?.request;
  const request = id === undefined ? null : await desk.store.request(id);
  const about = { telling, request, grant };
  if (tell.kind === "rebuilt") await poster.show(key, lane, draw(key, about, []));
  else if (tell.kind === "overdue") {
    if (grant === null) return "the grant is no longer in the store";
    await poster.show(`overdue-${grant.id}`, lane, draw(`overdue-${grant.id}`, about, [grant]));
  } else {
    if (request === null) return "the request is no longer in the store";
    await sayOfRequest(desk, poster, { ...about, request });
  }
  return null;
}

async function sayOfRequest(
  { store }: TellerParts["desk"],
  poster: Poster,
  about: About & { readonly request: Request },
): Promise<void> {
  const { request, grant, telling } = about;
  const { tell, lane } = telling;
  const ids = request.state === "approved" ? request.grants : [];
  const card = `card-${request.id}`;
  const showCard = async () => {
    const grants = await Promise.all(ids.map((id) => store.grant(id)));
    return poster.show(
      card,
      request.channel,
      draw(
        card,
        about,
        grants.filter((one) => one !== null),
      ),
    );
  };
  const shown = grant === null ? [] : [grant];
  if (tell.kind === "card") await showCard();
  else if (tell.kind === "verdict") {
    const name = `verdict-${request.id}`;
    await poster.reply(name, card, draw(name, about, shown), showCard);
  } else if (tell.kind === "summary" && grant?.state === "ended") {
    await poster.reply(`summary-${grant.id}`, card, draw(`summary-${grant.id}`, about, shown), showCard);
  } else if (tell.kind === "asker" && tell.moment !== "approved") {
    const name = `${tell.moment}-${tell.grant ?? tell.request}`;
    await poster.show(name, lane, draw(name, about, shown));
  }
}

/** A message whose text is for the oracle alone. */
function draw(name: string, { telling: { tell }, request }: About, grants: readonly Grant[]) {
  const said: Said = {
    ...{ name, kind: tell.kind, request: request?.id ?? null, grant: "grant" in tell ? tell.grant : null },
    states: Object.fromEntries(grants.map(({ id, state }) => [id, state])),
  };
  return { text: JSON.stringify(said), blocks: [] };
}
