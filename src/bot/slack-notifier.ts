import type { Telling } from "../workflows/ports.ts";
import type { Request } from "../workflows/request.ts";
import type { Notifier, Place, Told } from "../workflows/telling.ts";
import { card } from "./messages/card.ts";
import { overdue, paidDebt, rebuilt } from "./messages/overdue.ts";
import { summary, verdict } from "./messages/thread.ts";
import { grantsOf, type NotifierParts, namesNow, needGrant, needRequest } from "./notifier-parts.ts";
import { createPoster, type Poster } from "./poster.ts";
import { sayError } from "./slack-client.ts";
import { freshen, tellAsker } from "./tell-asker.ts";
import { toldFrom } from "./told.ts";

/** Says in Slack what the outbox holds. Every word is made here and now, from what the store says now. */
export interface SlackNotifier extends Notifier {
  /**
   * Draws the asker's own messages anew right after a click that was recorded, so that a pressed button does not stay.
   * A courtesy: what goes wrong is only logged, since the outbox draws them anew, too.
   */
  freshenAsker(request: string, grant: string | null): Promise<void>;
}

/** Takes its parts; returns the notifier. */
export function createSlackNotifier(parts: NotifierParts): SlackNotifier {
  const poster = createPoster(parts.slack, parts.cards);
  const say = createSayings(parts, poster);
  return {
    tell: async (telling): Promise<Told> => {
      try {
        await say(telling);
        return { told: true };
      } catch (cause) {
        return toldFrom(cause, telling, parts.log);
      }
    },
    freshenAsker: async (request, grant) => {
      try {
        const ended = grant === null ? null : await needGrant(parts, grant);
        await freshen(parts, poster, await needRequest(parts, request), ended);
      } catch (cause) {
        parts.log.info("the asker's message was not redrawn", { request, cause: sayError(cause) });
      }
    },
  };
}

function createSayings(parts: NotifierParts, poster: Poster): (telling: Telling) => Promise<void> {
  return async ({ key, lane, tell }) => {
    switch (tell.kind) {
      case "card":
        await showCard(parts, poster, await needRequest(parts, tell.request));
        return;
      case "verdict":
        return replyVerdict(parts, poster, tell.request);
      case "summary":
        return replySummary(parts, poster, tell.grant);
      case "overdue":
        return tellOverdue(parts, poster, lane, tell.grant);
      case "rebuilt":
        await poster.show(key, lane, rebuilt(tell.grants));
        return;
      case "asker":
        return tellAsker(parts, poster, tell.request, tell.grant, tell.moment);
    }
  };
}

async function showCard(parts: NotifierParts, poster: Poster, request: Request): Promise<Place> {
  const { desk } = parts;
  const [asker, grants, former] = await Promise.all([
    desk.people.record(request.asker),
    grantsOf(parts, request),
    request.extends === null ? null : desk.store.grant(request.extends),
  ]);
  const shown = card({ names: namesNow(parts), request, grants, former, asker, now: desk.clock.now() });
  return poster.show(cardName(request.id), request.channel, shown);
}

function cardName(request: string): string {
  return `card-${request}`;
}

async function replyVerdict(parts: NotifierParts, poster: Poster, id: string): Promise<void> {
  const request = await needRequest(parts, id);
  if (request.state !== "approved" && request.state !== "denied") return;
  const shown = verdict(namesNow(parts), request);
  await poster.reply(`verdict-${id}`, cardName(id), shown, () => showCard(parts, poster, request));
}

async function replySummary(parts: NotifierParts, poster: Poster, id: string): Promise<void> {
  const grant = await needGrant(parts, id);
  if (grant.state !== "ended") return;
  const request = await needRequest(parts, grant.request);
  const asker = await parts.desk.people.record(request.asker);
  const shown = summary({ names: namesNow(parts), request, grant, asker, now: parts.desk.clock.now() });
  await poster.reply(`summary-${id}`, cardName(request.id), shown, () => showCard(parts, poster, request));
}

/** Told again when it has ended in the end; where Slack took neither before, one message says all of it. */
async function tellOverdue(parts: NotifierParts, poster: Poster, channel: string, id: string): Promise<void> {
  const grant = await needGrant(parts, id);
  if (grant.state !== "ending" && grant.state !== "ended") return;
  const name = `overdue-${id}`;
  const wasTold = await poster.isShown(name);
  const show = () => poster.show(name, channel, overdue(namesNow(parts), grant, parts.desk.clock.now()));
  await show();
  if (wasTold && grant.state === "ended")
    await poster.reply(`paid-${id}`, name, paidDebt(namesNow(parts), grant), show);
}
