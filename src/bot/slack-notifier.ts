import type { WebClient } from "@slack/web-api";
import type { Desk } from "../workflows/access.ts";
import type { Grant } from "../workflows/grant.ts";
import type { PersonId } from "../workflows/person.ts";
import type { AskerMoment, Telling } from "../workflows/ports.ts";
import type { Request } from "../workflows/request.ts";
import type { Cards, Notifier, Told } from "../workflows/telling.ts";
import * as askerWords from "./messages/asker.ts";
import { card } from "./messages/card.ts";
import { summary, verdict } from "./messages/thread.ts";
import { createPoster, type Place } from "./poster.ts";
import type { Message } from "./sentences.ts";
import { sayError } from "./slack-client.ts";
import type { SlackDirectory } from "./slack-directory.ts";
import type { BotLog } from "./slack-log.ts";
import { NeverTold, toldFrom } from "./told.ts";

/** Says in Slack what the outbox holds. Every word is made here and now, from what the store says now. */
export interface SlackNotifier extends Notifier {
  /**
   * Draws the asker's own messages anew right after a click that was recorded, so that a pressed button does not stay.
   * A courtesy: what goes wrong is only logged, since the outbox draws them anew, too.
   */
  freshenAsker(request: string, grant: string | null): Promise<void>;
}

export interface NotifierParts {
  readonly desk: Pick<Desk, "store" | "people" | "policy" | "clock">;
  readonly cards: Cards;
  /** A client of its own: a 429 on a form must hold up no card, and the other way round. */
  readonly slack: WebClient;
  readonly directory: Pick<SlackDirectory, "slackUser">;
  readonly log: BotLog;
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

type Poster = ReturnType<typeof createPoster>;

function createSayings(parts: NotifierParts, poster: Poster): (telling: Telling) => Promise<void> {
  return async ({ tell }) => {
    switch (tell.kind) {
      case "card":
        await showCard(parts, poster, await needRequest(parts, tell.request));
        return;
      case "verdict":
        return replyVerdict(parts, poster, tell.request);
      case "summary":
        return replySummary(parts, poster, tell.grant);
      case "asker":
        return tellAsker(parts, poster, tell.request, tell.grant, tell.moment);
    }
  };
}

async function needRequest({ desk }: NotifierParts, id: string): Promise<Request> {
  const request = await desk.store.request(id);
  if (request === null) throw new NeverTold(`request ${id} is no longer in the store`);
  return request;
}

async function needGrant({ desk }: NotifierParts, id: string): Promise<Grant> {
  const grant = await desk.store.grant(id);
  if (grant === null) throw new NeverTold(`grant ${id} is no longer in the store`);
  return grant;
}

async function grantsOf({ desk }: NotifierParts, request: Request): Promise<readonly Grant[]> {
  const ids = request.state === "approved" ? request.grants : [];
  const found = await Promise.all(ids.map((id) => desk.store.grant(id)));
  return found.filter((grant) => grant !== null);
}

function names({ desk }: NotifierParts) {
  return desk.policy.current()?.policy ?? null;
}

async function showCard(parts: NotifierParts, poster: Poster, request: Request): Promise<Place> {
  const { desk } = parts;
  const [asker, grants] = await Promise.all([desk.people.record(request.asker), grantsOf(parts, request)]);
  const shown = card({ names: names(parts), request, grants, asker, now: desk.clock.now() });
  return poster.show(cardName(request.id), request.channel, shown);
}

function cardName(request: string): string {
  return `card-${request}`;
}

async function replyVerdict(parts: NotifierParts, poster: Poster, id: string): Promise<void> {
  const request = await needRequest(parts, id);
  if (request.state !== "approved" && request.state !== "denied") return;
  const shown = verdict(names(parts), request);
  await poster.reply(`verdict-${id}`, cardName(id), shown, () => showCard(parts, poster, request));
}

async function replySummary(parts: NotifierParts, poster: Poster, id: string): Promise<void> {
  const grant = await needGrant(parts, id);
  if (grant.state !== "ended") return;
  const request = await needRequest(parts, grant.request);
  const asker = await parts.desk.people.record(request.asker);
  const shown = summary({ names: names(parts), request, grant, asker, now: parts.desk.clock.now() });
  await poster.reply(`summary-${id}`, cardName(request.id), shown, () => showCard(parts, poster, request));
}

async function tellAsker(
  parts: NotifierParts,
  poster: Poster,
  requestId: string,
  grantId: string | null,
  moment: AskerMoment,
): Promise<void> {
  const request = await needRequest(parts, requestId);
  const grant = grantId === null ? null : await needGrant(parts, grantId);
  // What was said before goes first: its buttons must be gone when the new words arrive.
  if (moment !== "asked") await freshen(parts, poster, request, moment === "ready" ? null : grant);
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
  const policy = names(parts);
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
    case "failed":
      return grant?.state === "ended" ? askerWords.failed(policy, grant) : null;
    case "ended":
      return grant?.state === "ended" ? askerWords.ended(policy, grant, now) : null;
  }
}

function askedName(request: string): string {
  return `asked-${request}`;
}

async function freshen(parts: NotifierParts, poster: Poster, request: Request, grant: Grant | null): Promise<void> {
  const now = parts.desk.clock.now();
  const policy = names(parts);
  const grants = await grantsOf(parts, request);
  await poster.redraw(askedName(request.id), askerWords.asked({ names: policy, request, grants, now }));
  if (grant !== null) await poster.redraw(`ready-${grant.id}`, askerWords.ready(policy, grant, now));
}

async function directMessage({ directory }: NotifierParts, poster: Poster, person: PersonId): Promise<string> {
  const user = await directory.slackUser(person);
  if (user === null) throw new NeverTold(`nobody in Slack is linked to ${person}`);
  return poster.openDirectMessage(user);
}
