import type { App, BlockAction } from "@slack/bolt";
import { withdraw } from "../workflows/access.ts";
import { isRefusal } from "../workflows/refusal.ts";
import type { Request } from "../workflows/request.ts";
import { onlyYou } from "./answers.ts";
import { buttonValue, userOf } from "./clicks.ts";
import { lateWords, refusalWords } from "./messages/refusals.ts";
import { SLACK_SILENT_AT_WITHDRAWING } from "./messages.ts";
import { ACTIONS } from "./names.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { identifyToEnd, type Reached, reach } from "./reach.ts";

/** The asker takes a pending request back, from their own direct message. */
export function registerWithdrawRequest(app: App, parts: BotParts): void {
  app.action<BlockAction>(ACTIONS.withdraw, async ({ ack, body, respond }) => {
    const reached = await reach(parts, takeBack(parts, body));
    await ack();
    if ("no" in reached) return void (await respond(onlyYou(reached.no)));
    await parts.notifier.freshenAsker(reached.got.id, null);
  });
}

async function takeBack(parts: BotParts, body: BlockAction): Promise<Reached<Request>> {
  const { desk } = parts;
  const found = await identifyToEnd(parts, userOf(body), SLACK_SILENT_AT_WITHDRAWING);
  if ("no" in found) return found;
  const id = buttonValue(body) ?? "";
  const request = await withdraw(desk, { by: found.got, request: id });
  if (!isRefusal(request)) return { got: request };
  const now = request.refused === "alreadyDecided" ? await desk.store.request(id) : null;
  if (now !== null) return { no: lateWords(namesOf(parts), now, found.got.person, desk.clock.now()) };
  return { no: refusalWords(namesOf(parts), request) };
}
