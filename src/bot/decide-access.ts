import type { App, BlockAction, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { onFields, onlyYou } from "./answers.ts";
import { sentenceModal } from "./blocks.ts";
import { buttonValue, userOf } from "./clicks.ts";
import { type ApproveFacts, lessForm, NOT_APPROVED, riskierForm, stepUpForm } from "./messages/approve-forms.ts";
import { denyForm } from "./messages/deny-form.ts";
import { ACTIONS, DENY_WHY, LESS, unpackShown, VIEWS } from "./names.ts";
import { openForm } from "./open-form.ts";
import type { BotParts } from "./parts.ts";
import { type Reached, reach } from "./reach.ts";
import { readLess, readWhy } from "./read-form.ts";
import { type Click, isNotCounted, judgeClick, mayDecide, type NotCounted } from "./verdict-click.ts";
import { BARE, type Given, type Leaves, unpackYesForm } from "./yes-form.ts";

/**
 * An approver decides, on the card. Who may, and what is needed, is judged at the click, and again when a form is sent: for
 * a no, for a yes to less, and where a bare click does not count.
 */
export function registerDecideAccess(app: App, parts: BotParts): void {
  app.action<BlockAction>(ACTIONS.approve, async ({ ack, body, respond }) => {
    const came = await sayYes(parts, clickOn(body), BARE, stepUpForm);
    // The decision is saved by now; the card says so by way of the outbox.
    await ack();
    if (came !== null && "words" in came) return void (await respond(onlyYou(came.words)));
    if (came !== null) await openForm(parts, body.trigger_id, came.form, (no) => respond(onlyYou(no)));
  });

  const opens = (action: string, draw: Draw) => {
    app.action<BlockAction>(action, async ({ ack, body, respond }) => {
      const form = await reach(parts, drawn(parts, clickOn(body), draw, BARE.less));
      await ack();
      if ("no" in form) return void (await respond(onlyYou(form.no)));
      await openForm(parts, body.trigger_id, form.got, (no) => respond(onlyYou(no)));
    });
  };
  opens(ACTIONS.deny, ({ names, request, shown }) => denyForm(names, request, shown));
  opens(ACTIONS.approveLess, lessForm);
  registerForms(app, parts);
}

/** What a form says is shown once more; its sending is the click that counts. */
function registerForms(app: App, parts: BotParts): void {
  app.view<ViewSubmitAction>(VIEWS.deny, async ({ ack, body, view }) => {
    const wanted = { verdict: "deny", why: readWhy(view, DENY_WHY), ...BARE } as const;
    const judged = await reach(parts, judgeClick(parts, aboutIn(body, unpackShown(view.private_metadata)), wanted));
    const no = "no" in judged ? judged.no : isNotCounted(judged.got) ? judged.got.words : null;
    await (no === null ? ack() : ack(onFields({ [DENY_WHY]: no })));
  });

  app.view<ViewSubmitAction>(VIEWS.stepUp, async ({ ack, body, view }) => {
    const { shown, ...given } = unpackYesForm(view.private_metadata);
    const came = await sayYes(parts, aboutIn(body, shown), given, riskierForm);
    if (came === null) return void (await ack());
    // The form has no field on which an error could stand.
    const next = "form" in came ? came.form : sentenceModal(NOT_APPROVED, [came.words]);
    await ack({ response_action: "update", view: next });
  });

  app.view<ViewSubmitAction>(VIEWS.less, async ({ ack, body, view }) => {
    const { durationSeconds, ...rest } = readLess(view.state.values);
    const less = { durationSeconds: durationSeconds ?? 0, ...rest };
    const { shown, said } = unpackYesForm(view.private_metadata);
    const came = await sayYes(parts, aboutIn(body, shown), { said, less: () => less }, riskierForm);
    if (came === null) return void (await ack());
    // What was chosen goes on in the form that takes this one's place.
    if ("form" in came) return void (await ack({ response_action: "update", view: came.form }));
    await ack(onFields({ [fieldOf(came)]: came.words }));
  });
}

function clickOn(body: BlockAction): Click {
  return { who: userOf(body), shown: unpackShown(buttonValue(body)) };
}

function aboutIn(body: ViewSubmitAction, shown: Click["shown"]): Click {
  return { who: userOf(body), shown };
}

type Draw = (facts: ApproveFacts) => ModalView;

/** Why a yes did not count; where that is for want of the form, that form. */
type Uncounted = Partial<Pick<NotCounted, "refusal">> & Pick<NotCounted, "words">;
type Came = { readonly form: ModalView } | Uncounted;

/** Takes a yes and how the form is drawn in which it has to be given where it does not count; returns null when it did. */
async function sayYes(parts: BotParts, click: Click, given: Given, draw: Draw): Promise<Came | null> {
  const reached = await reach(parts, judgeYes(parts, click, given, draw));
  return "no" in reached ? { words: reached.no } : reached.got;
}

async function judgeYes(parts: BotParts, click: Click, given: Given, draw: Draw): Promise<Reached<Came | null>> {
  const judged = await judgeClick(parts, click, { verdict: "approve", why: null, ...given });
  if ("no" in judged) return judged;
  if (!isNotCounted(judged.got)) return { got: null };
  if (judged.got.refusal.refused !== "stepUpNeeded") return { got: judged.got };
  const form = await drawn(parts, click, draw, given.less);
  return "no" in form ? form : { got: { form: form.got } };
}

async function drawn(parts: BotParts, click: Click, draw: Draw, leaves: Leaves): Promise<Reached<ModalView>> {
  const facts = await mayDecide(parts, click, leaves);
  return "no" in facts ? facts : { got: draw(facts.got) };
}

function fieldOf({ refusal }: Uncounted): string {
  switch (refusal?.field) {
    case "namespaces":
      return LESS.namespaces;
    case "start":
      return LESS.start;
    default:
      return LESS.duration;
  }
}
