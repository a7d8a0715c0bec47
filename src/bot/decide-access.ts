import type { App, BlockAction, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { decide } from "../workflows/access.ts";
import { whyNotDecide } from "../workflows/judge.ts";
import type { PersonRecord } from "../workflows/person.ts";
import { isRefusal, type Refusal, refuse } from "../workflows/refusal.ts";
import type { Request } from "../workflows/request.ts";
import { onFields, onlyYou } from "./answers.ts";
import { buttonValue, userOf } from "./clicks.ts";
import type { SlackUser } from "./known-people.ts";
import { denyForm } from "./messages/deny-form.ts";
import { lateWords, refusalWords } from "./messages/refusals.ts";
import { SLACK_SILENT } from "./messages.ts";
import { ACTIONS, DENY_WHY, type ShownRequest, unpackShown, VIEWS } from "./names.ts";
import { openForm } from "./open-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { beforehand, identify, type Reached, reach } from "./reach.ts";
import { readWhy } from "./read-form.ts";
import type { Sentence } from "./sentences.ts";

/** Who became a guest or left a moment ago decides nothing and gets nothing, so Slack itself is asked at each click. */
const NOW = { fresh: true };

/** An approver decides, on the card. Who may is judged at the click, and again when the form for a no is sent. */
export function registerDecideAccess(app: App, parts: BotParts): void {
  app.action<BlockAction>(ACTIONS.approve, async ({ ack, body, respond }) => {
    const shown = unpackShown(buttonValue(body));
    const reached = await reach(parts, judge(parts, userOf(body), shown, { verdict: "approve", why: null }));
    // The decision is saved by now; the card says so by way of the outbox.
    await ack();
    if ("no" in reached) await respond(onlyYou(reached.no));
  });

  app.action<BlockAction>(ACTIONS.deny, async ({ ack, body, respond }) => {
    const shown = unpackShown(buttonValue(body));
    const form = await reach(parts, formToDeny(parts, userOf(body), shown));
    await ack();
    if ("no" in form) return void (await respond(onlyYou(form.no)));
    await openForm(parts, body.trigger_id, form.got, (no) => respond(onlyYou(no)));
  });

  app.view<ViewSubmitAction>(VIEWS.deny, async ({ ack, body, view }) => {
    const shown = unpackShown(view.private_metadata);
    const why = readWhy(view, DENY_WHY);
    const reached = await reach(parts, judge(parts, userOf(body), shown, { verdict: "deny", why }));
    await ("no" in reached ? ack(onFields({ [DENY_WHY]: reached.no })) : ack());
  });
}

interface Wanted {
  readonly verdict: "approve" | "deny";
  readonly why: string | null;
}

async function judge(
  parts: BotParts,
  who: SlackUser,
  shown: ShownRequest | null,
  wanted: Wanted,
): Promise<Reached<Request>> {
  const { desk, directory } = parts;
  const loaded = shown === null ? null : await beforehand(desk.store.request(shown.request));
  if (shown === null || loaded === null) return refused(parts, refuse("notFound"));
  const [found, asker] = await Promise.all([
    identify(parts, who, NOW),
    beforehand(directory.recordOf(loaded.asker, NOW)),
  ]);
  if ("no" in found) return found;
  // A no needs nobody's leave to be lent something; what Slack last said of the asker is enough for it.
  const askerNow = asker ?? (wanted.verdict === "deny" ? await desk.people.record(loaded.asker) : null);
  if (askerNow === null) return { no: SLACK_SILENT };
  const decided = await decide(desk, { by: found.got, asker: askerNow, ...shown, ...wanted });
  return isRefusal(decided) ? refuseClick(parts, decided, shown, found.got) : { got: decided };
}

/** Judged before the form opens, so that nobody writes a reason in vain. */
async function formToDeny(parts: BotParts, who: SlackUser, shown: ShownRequest | null): Promise<Reached<ModalView>> {
  const { desk } = parts;
  const request = shown === null ? null : await desk.store.request(shown.request);
  if (shown === null || request === null) return refused(parts, refuse("notFound"));
  const found = await identify(parts, who, NOW);
  if ("no" in found) return found;
  const policy = namesOf(parts);
  if (policy === null) return refused(parts, refuse("policyUnreadable"));
  const no = whyNotDecide(policy, found.got, request);
  if (no !== null) return refused(parts, no);
  if (request.state !== "pending") return refuseClick(parts, refuse("alreadyDecided"), shown, found.got);
  return { got: denyForm(policy, request, shown) };
}

function refused(parts: BotParts, refusal: Refusal): { readonly no: Sentence } {
  return { no: refusalWords(namesOf(parts), refusal) };
}

/** A click that came too late is told who was faster, from what the record says now. */
async function refuseClick(
  parts: BotParts,
  refusal: Refusal,
  shown: ShownRequest,
  by: PersonRecord,
): Promise<{ readonly no: Sentence }> {
  const now = refusal.refused === "alreadyDecided" ? await parts.desk.store.request(shown.request) : null;
  if (now === null) return refused(parts, refusal);
  return { no: lateWords(namesOf(parts), now, by.person, parts.desk.clock.now()) };
}
