import type { WebClient } from "@slack/web-api";
import type { Desk } from "../workflows/desk.ts";
import type { Grant } from "../workflows/grant.ts";
import type { Request } from "../workflows/request.ts";
import type { Cards } from "../workflows/telling.ts";
import type { Names } from "./messages.ts";
import type { SlackDirectory } from "./slack-directory.ts";
import type { BotLog } from "./slack-log.ts";
import { NeverTold } from "./told.ts";

/** What those who tell stand on. */
export interface NotifierParts {
  readonly desk: Pick<Desk, "store" | "people" | "policy" | "clock">;
  readonly cards: Cards;
  /** A client of its own: a 429 on a form must hold up no card, and the other way round. */
  readonly slack: WebClient;
  readonly directory: Pick<SlackDirectory, "slackUser">;
  readonly log: BotLog;
}

/** Takes a request's id; returns it as it is now, or throws where nothing can be told of it any more. */
export async function needRequest({ desk }: NotifierParts, id: string): Promise<Request> {
  const request = await desk.store.request(id);
  if (request === null) throw new NeverTold(`request ${id} is no longer in the store`);
  return request;
}

/** Takes a grant's id; returns it as it is now, or throws where nothing can be told of it any more. */
export async function needGrant({ desk }: NotifierParts, id: string): Promise<Grant> {
  const grant = await desk.store.grant(id);
  if (grant === null) throw new NeverTold(`grant ${id} is no longer in the store`);
  return grant;
}

/** Takes a request; returns its grants as they are now, none before an approval. */
export async function grantsOf({ desk }: NotifierParts, request: Request): Promise<readonly Grant[]> {
  const ids = request.state === "approved" ? request.grants : [];
  const found = await Promise.all(ids.map((id) => desk.store.grant(id)));
  return found.filter((grant) => grant !== null);
}

/** Returns the policy in force, or null while it cannot be read. */
export function namesNow({ desk }: NotifierParts): Names {
  return desk.policy.current()?.policy ?? null;
}
