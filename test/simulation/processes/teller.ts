import type { WebClient } from "@slack/web-api";
import { createPoster } from "../../../src/bot/poster.ts";
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

/** Returns why it can never be said, or null when it was. */
async function say(
  { desk }: TellerParts,
  poster: ReturnType<typeof createPoster>,
  { key, lane, tell }: Telling,
): Promise<string | null> {
  const drawn = (name: string, request: Request | null, grants: readonly Grant[]) =>
    draw({
      ...{ name, kind: tell.kind, request: request?.id ?? null, grant: "grant" in tell ? tell.grant : null },
      states: Object.fromEntries(grants.map(({ id, state }) => [id, state])),
    });
  const grantsOf = async (request: Request) => {
    const ids = request.state === "approved" ? request.grants : [];
    return (await Promise.all(ids.map((id) => desk.store.grant(id)))).filter((grant) => grant !== null);
  };
  const showCard = async (request: Request) =>
    poster.show(`card-${request.id}`, request.channel, drawn(`card-${request.id}`, request, await grantsOf(request)));

  if (tell.kind === "rebuilt") {
    await poster.show(key, lane, drawn(key, null, []));
    return null;
  }
  const grant = "grant" in tell && tell.grant !== null ? await desk.store.grant(tell.grant) : null;
  if (tell.kind === "overdue") {
    if (grant === null) return "the grant is no longer in the store";
    await poster.show(`overdue-${grant.id}`, lane, drawn(`overdue-${grant.id}`, null, [grant]));
    return null;
  }
  const id = "request" in tell ? tell.request : grant?.request;
  const request = id === undefined ? null : await desk.store.request(id);
  if (request === null) return "the request is no longer in the store";
  if (tell.kind === "card") await showCard(request);
  else if (tell.kind === "asker") {
    const name = `${tell.moment}-${tell.grant ?? tell.request}`;
    if (tell.moment !== "approved") await poster.show(name, lane, drawn(name, request, grant === null ? [] : [grant]));
  } else {
    if (tell.kind === "summary" && grant?.state !== "ended") return null;
    const name = tell.kind === "summary" ? `summary-${tell.grant}` : `verdict-${request.id}`;
    const parent = `card-${request.id}`;
    await poster.reply(name, parent, drawn(name, request, grant === null ? [] : [grant]), () => showCard(request));
  }
  return null;
}

/** A message whose text is for the oracle alone. */
function draw(said: Said): Parameters<ReturnType<typeof createPoster>["redraw"]>[1] {
  return { text: JSON.stringify(said), blocks: [] };
}
