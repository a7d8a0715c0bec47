import type { App, BlockAction, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { endable, endGrant } from "../workflows/end-early.ts";
import type { Grant } from "../workflows/grant.ts";
import { howMayEnd } from "../workflows/judge-people.ts";
import { isRefusal, type Refusal, refuse } from "../workflows/refusal.ts";
import { onFields, onlyYou } from "./answers.ts";
import { buttonValue, userOf } from "./clicks.ts";
import { confirmMany } from "./end-many.ts";
import { clean } from "./escape.ts";
import type { SlackUser } from "./known-people.ts";
import { chooseGrantForm, confirmEndForm, endingNow, NOTHING_TO_END } from "./messages/ending.ts";
import { REVOKE_HELP, REVOKE_UNKNOWN } from "./messages/entry.ts";
import { refusalWords } from "./messages/refusals.ts";
import { STORE_DOWN_AT_REVOKING } from "./messages.ts";
import { ACTIONS, CHOSEN_GRANT, COMMANDS, END_WHY, unpackGrant, unpackMention, VIEWS } from "./names.ts";
import { openForm } from "./open-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { identifyToEnd, type Reached, reach } from "./reach.ts";
import { readWhy } from "./read-form.ts";

/** Access ends early: the grantee hands it back, or on-call and approvers end it by `/k8s-revoke`. */
export function registerEndAccess(app: App, parts: BotParts): void {
  app.action<BlockAction>(ACTIONS.done, async ({ ack, body, respond }) => {
    const reached = await reach(parts, end(parts, userOf(body), unpackGrant(buttonValue(body)), null));
    await ack();
    if ("no" in reached) return void (await respond(onlyYou(reached.no)));
    await parts.notifier.freshenAsker(reached.got.request, reached.got.id);
  });

  app.command(COMMANDS.revoke, async ({ ack, command, respond }) => {
    const words = clean(command.text, 200).toLowerCase();
    const named = unpackMention(command.text);
    if (words === "help") return ack(onlyYou(...REVOKE_HELP));
    if (words !== "" && words !== "all" && named === null) return ack(onlyYou(...REVOKE_UNKNOWN));
    const who = { user: command.user_id, team: null };
    const form = await reach(
      parts,
      words === "" ? listFor(parts, who) : confirmMany(parts, who, named),
      STORE_DOWN_AT_REVOKING,
    );
    if ("no" in form) return ack(onlyYou(form.no));
    await ack();
    await openForm(parts, command.trigger_id, form.got, (no) => respond(onlyYou(no)));
  });

  app.view<ViewSubmitAction>(VIEWS.chooseGrant, async ({ ack, body, view }) => {
    const chosen = view.state.values[CHOSEN_GRANT]?.[CHOSEN_GRANT]?.selected_option?.value;
    const next = await reach(parts, confirmation(parts, userOf(body), unpackGrant(chosen)), STORE_DOWN_AT_REVOKING);
    if ("no" in next) return ack(onFields({ [CHOSEN_GRANT]: next.no }));
    await ack({ response_action: "update", view: next.got });
  });

  app.view<ViewSubmitAction>(VIEWS.confirmEnd, async ({ ack, body, view }) => {
    const ending = end(parts, userOf(body), unpackGrant(view.private_metadata), readWhy(view, END_WHY));
    const reached = await reach(parts, ending, STORE_DOWN_AT_REVOKING);
    if ("no" in reached) return ack(onFields({ [END_WHY]: reached.no }));
    await ack({ response_action: "update", view: endingNow(namesOf(parts), reached.got) });
    await parts.notifier.freshenAsker(reached.got.request, reached.got.id);
  });
}

async function listFor(parts: BotParts, who: SlackUser): Promise<Reached<ModalView>> {
  const { desk } = parts;
  const found = await identifyToEnd(parts, who);
  if ("no" in found) return found;
  const grants = await endable(desk, found.got);
  if (grants.length === 0) return { no: NOTHING_TO_END };
  const newestFirst = grants.toSorted((a, b) => b.decidedAt - a.decidedAt);
  return { got: chooseGrantForm(namesOf(parts), newestFirst, desk.clock.now()) };
}

/** Judged as the end itself is, so that nobody reads what they may not end. */
async function confirmation(parts: BotParts, who: SlackUser, id: string | null): Promise<Reached<ModalView>> {
  const { desk } = parts;
  const found = await identifyToEnd(parts, who);
  if ("no" in found) return found;
  const grant = id === null ? null : await desk.store.grant(id);
  if (grant === null) return refused(parts, refuse("notFound"));
  const policy = namesOf(parts);
  const how = howMayEnd(policy, found.got, grant);
  if (how === null) return refused(parts, refuse("notYours"));
  if (grant.state === "ending" || grant.state === "ended") return refused(parts, refuse("alreadyEnding"));
  return { got: confirmEndForm(policy, grant, how === "released", desk.clock.now()) };
}

async function end(parts: BotParts, who: SlackUser, id: string | null, words: string | null): Promise<Reached<Grant>> {
  const found = await identifyToEnd(parts, who);
  if ("no" in found) return found;
  if (id === null) return refused(parts, refuse("notFound"));
  const ended = await endGrant(parts.desk, { by: found.got, grant: id, words });
  return isRefusal(ended) ? refused(parts, ended) : { got: ended };
}

function refused(parts: BotParts, refusal: Refusal) {
  return { no: refusalWords(namesOf(parts), refusal) };
}
