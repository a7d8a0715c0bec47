import type { App, BlockAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { PersonRecord } from "../workflows/person.ts";
import { mayExtend } from "../workflows/receive.ts";
import { isRefusal } from "../workflows/refusal.ts";
import { privately } from "./answers.ts";
import { buttonValue, userOf } from "./clicks.ts";
import { drawForm } from "./draw-form.ts";
import { EMPTY, filledAs } from "./filled-form.ts";
import { askAgain, NOTHING_TO_REPEAT, notYoursToAsk, tooLateToExtend } from "./messages/asking-anew.ts";
import { refusalWords } from "./messages/refusals.ts";
import { STORE_DOWN } from "./messages.ts";
import { ACTIONS, unpackGrant, unpackRequest } from "./names.ts";
import { openForm } from "./open-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { identify, type Reached, reach } from "./reach.ts";
import { type Message, message, type Sentence } from "./sentences.ts";

/** Who has or had a pass asks for the same again, before its end or after it, in a form that is filled in already. */
export function registerAskAnew(app: App, parts: BotParts): void {
  const answer = (action: string, prepare: (by: PersonRecord, value: string | undefined) => Promise<Prepared>) => {
    app.action<BlockAction>(action, async ({ ack, body, respond }) => {
      await ack();
      const say = (no: Message) => respond(privately(no));
      const form = await reach(parts, formOf(parts, body, prepare), STORE_DOWN);
      if ("no" in form) return void (await say(message([form.no])));
      if ("text" in form.got) return void (await say(form.got));
      await openForm(parts, body.trigger_id, form.got, (no) => say(message([no])));
    });
  };
  answer(ACTIONS.extend, (by, value) => formToExtend(parts, by, unpackGrant(value)));
  answer(ACTIONS.askAgain, (by, value) => formToRepeat(parts, by, unpackRequest(value)));
}

/** The form; or a message in its place, where a sentence alone would not help on. */
type Prepared = Reached<ModalView | Message>;

async function formOf(
  parts: BotParts,
  body: BlockAction,
  prepare: (by: PersonRecord, value: string | undefined) => Promise<Prepared>,
): Promise<Prepared> {
  const found = await identify(parts, userOf(body));
  return "no" in found ? found : prepare(found.got, buttonValue(body));
}

async function formToExtend(parts: BotParts, by: PersonRecord, id: string | null): Promise<Prepared> {
  const { store } = parts.desk;
  if (id === null) return { no: NOTHING_TO_REPEAT };
  const former = await mayExtend(parts.desk, { by, grant: id });
  if (isRefusal(former)) {
    if (former.refused !== "notActive") return { no: refusalWords(namesOf(parts), former) };
    return tooLate(parts, id);
  }
  const request = await store.request(former.request);
  // A pass that was rebuilt from its cluster has lost its request, and with it the reason.
  const filled =
    request === null
      ? { ...EMPTY, cluster: former.cluster, namespaces: former.namespaces, profile: former.profile }
      : filledAs(request);
  return drawForm(parts, by, { filled, former });
}

async function tooLate(parts: BotParts, id: string): Promise<Prepared> {
  const grant = await parts.desk.store.grant(id);
  if (grant === null) return { no: NOTHING_TO_REPEAT };
  const words: Sentence = tooLateToExtend(namesOf(parts), grant, parts.desk.clock.now());
  return { got: message([words], askAgain(grant.request)) };
}

async function formToRepeat(parts: BotParts, by: PersonRecord, id: string | null): Promise<Prepared> {
  const request = id === null ? null : await parts.desk.store.request(id);
  if (request === null) return { no: NOTHING_TO_REPEAT };
  if (request.asker !== by.person) return { no: notYoursToAsk(namesOf(parts), request.asker) };
  return drawForm(parts, by, { filled: filledAs(request), former: null });
}
