import type { App, BlockAction, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { ask } from "../workflows/access.ts";
import type { Refusal } from "../workflows/refusal.ts";
import type { Request } from "../workflows/request.ts";
import { onFields, onlyYou } from "./answers.ts";
import { sentenceModal } from "./blocks.ts";
import { userOf } from "./clicks.ts";
import { drawForm, type FormWanted } from "./draw-form.ts";
import { clean } from "./escape.ts";
import { durationIn, EMPTY, type Filled } from "./filled-form.ts";
import type { SlackUser } from "./known-people.ts";
import { ACCESS_HELP, ACCESS_UNKNOWN } from "./messages/entry.ts";
import { askingWords } from "./messages/refusals.ts";
import { SLACK_SILENT, STORE_DOWN } from "./messages.ts";
import { ACTIONS, COMMANDS, FIELDS, unpackGrant, VIEWS } from "./names.ts";
import { newestFirst } from "./newest-first.ts";
import { openForm } from "./open-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { beforehand, identify, isStoreSilent, type Reached, reach } from "./reach.ts";
import { type ReadForm, readForm } from "./read-form.ts";
import type { Sentence } from "./sentences.ts";
import { sayError, slackTrouble } from "./slack-client.ts";

/** Longer than any reason or time that is taken, so that judge.ts says what is too long. */
const MOST_TYPED = 3_000;

const BLANK: FormWanted = { filled: EMPTY, former: null };

/** A person asks: by command or button, in a form that offers only what the policy lets them ask for. */
export function registerRequestAccess(app: App, parts: BotParts): void {
  app.command(COMMANDS.access, async ({ ack, command, respond }) => {
    const words = clean(command.text, 40).toLowerCase();
    if (words === "help") return ack(onlyYou(...ACCESS_HELP));
    if (words !== "") return ack(onlyYou(...ACCESS_UNKNOWN));
    const form = await reach(parts, formFor(parts, { user: command.user_id, team: null }, BLANK), STORE_DOWN);
    if ("no" in form) return ack(onlyYou(form.no));
    await ack();
    await openForm(parts, command.trigger_id, form.got, (no) => respond(onlyYou(no)));
  });

  app.action<BlockAction>(ACTIONS.requestAccess, async ({ ack, body, respond }) => {
    await ack();
    const form = await reach(parts, formFor(parts, userOf(body), BLANK), STORE_DOWN);
    if ("no" in form) return void (await respond(onlyYou(form.no)));
    await openForm(parts, body.trigger_id, form.got, (no) => respond(onlyYou(no)));
  });

  const telling = [FIELDS.cluster, FIELDS.namespaces, FIELDS.profile, FIELDS.duration, FIELDS.glass];
  const narrowing = new RegExp(`^(${telling.join("|")})$`);
  const inOrder = newestFirst();
  app.action<BlockAction>({ type: "block_actions", action_id: narrowing }, async ({ ack, body }) => {
    await ack();
    const { view } = body;
    if (view?.callback_id !== VIEWS.request) return;
    await inOrder(view.id, body.actions[0]?.action_ts ?? "", () => narrowForm(parts, body, view));
  });

  app.view<ViewSubmitAction>(VIEWS.request, async ({ ack, body, view }) => {
    const { filled, blocks } = readForm(view.state.values);
    const reached = await reach(parts, submit(parts, body, filled), STORE_DOWN);
    if ("no" in reached) return ack(onFields({ [blocks.reason]: reached.no }));
    if (isRequest(reached.got)) return ack();
    await ack(onFields(refusalsByBlock(parts, reached.got, blocks)));
  });
}

async function formFor(parts: BotParts, who: SlackUser, wanted: FormWanted): Promise<Reached<ModalView>> {
  const found = await identify(parts, who);
  return "no" in found ? found : drawForm(parts, found.got, wanted);
}

/**
 * Redraws the form for what was chosen. Each click carries the whole form, so the newest click alone is right. The view's
 * hash is of no help here: of two quick clicks it lets through the first, and the field that the second calls for never
 * comes. An open form needs no answer in time, and what was typed into it is not to be lost: while Redis or Slack is slow
 * it stays as it is, and the next choice narrows it.
 */
async function narrowForm(parts: BotParts, body: BlockAction, view: NonNullable<BlockAction["view"]>): Promise<void> {
  const { filled } = readForm(view.state.values);
  try {
    const form = await formAsItWas(parts, body, view, filled);
    if ("no" in form && form.no === SLACK_SILENT) return;
    const shown = "no" in form ? sentenceModal("Request access", [form.no]) : form.got;
    await parts.slack.views.update({ view_id: view.id, view: shown });
  } catch (cause) {
    if (slackTrouble(cause) === null && !isStoreSilent(cause)) throw cause;
    parts.log.info("the form was not narrowed", { cause: sayError(cause) });
  }
}

async function formAsItWas(
  parts: BotParts,
  body: BlockAction,
  view: NonNullable<BlockAction["view"]>,
  filled: Filled,
): Promise<Reached<ModalView>> {
  const id = unpackGrant(view.private_metadata);
  const former = id === null ? null : await beforehand(parts.desk.store.grant(id));
  return formFor(parts, userOf(body), { filled, former });
}

type Asked = Request | readonly Refusal[];

async function submit(parts: BotParts, body: ViewSubmitAction, filled: Filled): Promise<Reached<Asked>> {
  // Where nobody needs to say yes, this very click decides; so Slack itself is asked who they are.
  const found = await identify(parts, userOf(body), { fresh: true });
  if ("no" in found) return found;
  return {
    got: await ask(parts.desk, {
      by: found.got,
      // One form makes one request, however often Slack delivers its submission.
      seed: `${body.view.id}/${body.user.id}`,
      cluster: filled.cluster ?? "",
      namespaces: filled.namespaces,
      profile: filled.profile ?? "",
      duration: durationIn(filled),
      ticket: filled.ticket === null ? null : clean(filled.ticket, MOST_TYPED),
      reason: clean(filled.reason ?? "", MOST_TYPED),
      startsAt: filled.startsAt,
      breakGlass: filled.glass,
      extends: unpackGrant(body.view.private_metadata),
    }),
  };
}

function isRequest(asked: Asked): asked is Request {
  return "id" in asked;
}

/** What is mended by unticking the box stands there. */
const ABOUT_GLASS: ReadonlySet<Refusal["refused"]> = new Set(["noBreakGlass", "reviewOverdue", "guestOrExternal"]);

/** Every fault on its own field, several on one field in one text. */
function refusalsByBlock(
  parts: BotParts,
  refusals: readonly Refusal[],
  blocks: ReadForm["blocks"],
): Readonly<Record<string, Sentence>> {
  const words = new Map<string, Sentence>();
  for (const one of refusals) {
    const block = blocks[one.field ?? (ABOUT_GLASS.has(one.refused) ? "glass" : "reason")];
    const before = words.get(block);
    const said = askingWords(namesOf(parts), one);
    words.set(block, before === undefined ? said : [...before, " ", ...said]);
  }
  return Object.fromEntries(words);
}
