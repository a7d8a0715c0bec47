import type { PersonId } from "../workflows/person.ts";
import type { Telling } from "../workflows/ports.ts";
import type { Request } from "../workflows/request.ts";
import type { Notifier, Told } from "../workflows/telling.ts";
import { overdue, paidDebt, rebuilt } from "./messages/overdue.ts";
import { oneMoreYes, summary, verdict } from "./messages/thread.ts";
import { type NotifierParts, namesNow, needGrant, needRequest } from "./notifier-parts.ts";
import { createPoster, type Poster } from "./poster.ts";
import { cardName, showCard, showCopy } from "./show-card.ts";
import { sayError } from "./slack-client.ts";
import { freshen, tellAsker } from "./tell-asker.ts";
import { tellBrokeGlass, tellReview } from "./tell-glass.ts";
import { tellPolicy } from "./tell-policy.ts";
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
        return tellCard(parts, poster, lane, await needRequest(parts, tell.request));
      case "yes":
        return replyYes(parts, poster, { key, ...tell });
      case "verdict":
        return replyVerdict(parts, poster, tell.request);
      case "summary":
        return replySummary(parts, poster, tell.grant);
      case "overdue":
        return tellOverdue(parts, poster, lane, tell.grant);
      case "rebuilt":
        await poster.show(key, lane, rebuilt(tell.grants));
        return;
      case "brokeGlass":
        return tellBrokeGlass(parts, poster, lane, tell.request);
      case "review":
        return tellReview(parts, poster, lane, tell.request);
      case "policyFault":
        return tellPolicy(parts, poster, lane, tell);
      case "asker":
        return tellAsker(parts, poster, tell.request, tell.grant, tell.moment);
    }
  };
}

async function tellCard(parts: NotifierParts, poster: Poster, channel: string, request: Request): Promise<void> {
  await (channel === request.channel ? showCard(parts, poster, request) : showCopy(parts, poster, request, channel));
}

async function replyYes(
  parts: NotifierParts,
  poster: Poster,
  { key, request: id, by }: { readonly key: string; readonly request: string; readonly by: PersonId },
): Promise<void> {
  const request = await needRequest(parts, id);
  const shown = oneMoreYes(namesNow(parts), request, by, parts.desk.clock.now());
  if (shown === null) return;
  await poster.reply(key, cardName(id), shown, () => showCard(parts, poster, request));
}

async function replyVerdict(parts: NotifierParts, poster: Poster, id: string): Promise<void> {
  const request = await needRequest(parts, id);
  // Where nobody was asked, the card itself is the news.
  if ((request.state !== "approved" && request.state !== "denied") || request.leave !== "approval") return;
  const shown = verdict(namesNow(parts), request, parts.desk.clock.now());
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
