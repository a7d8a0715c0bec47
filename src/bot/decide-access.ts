import type { App, BlockAction, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { onFields, onlyYou } from "./answers.ts";
import { sentenceModal } from "./blocks.ts";
import { buttonValue, userOf } from "./clicks.ts";
import { type ApproveFacts, lessForm, NOT_APPROVED, stepUpForm } from "./messages/approve-forms.ts";
import { denyForm } from "./messages/deny-form.ts";
import { ACTIONS, DENY_WHY, LESS, unpackShown, VIEWS } from "./names.ts";
import { openForm } from "./open-form.ts";
import type { BotParts } from "./parts.ts";
import { type Reached, reach } from "./reach.ts";
import { readLess, readWhy } from "./read-form.ts";
import type { Sentence } from "./sentences.ts";
import { type Click, isNotCounted, judgeClick, mayDecide, type NotCounted } from "./verdict-click.ts";

/**
 * An approver decides, on the card. Who may, and what is needed, is judged at the click, and again when a form is sent: for
 * a no, for a yes to less, and where a bare click does not count.
 */
export function registerDecideAccess(app: App, parts: BotParts): void {
  app.action<BlockAction>(ACTIONS.approve, async ({ ack, body, respond }) => {
    const reached = await reach(parts, approve(parts, clickOn(body)));
    // The decision is saved by now; the card says so by way of the outbox.
    await ack();
    if ("no" in reached) return void (await respond(onlyYou(reached.no)));
    if (reached.got !== null) await openForm(parts, body.trigger_id, reached.got, (no) => respond(onlyYou(no)));
  });

  const opens = (action: string, draw: (facts: ApproveFacts) => ModalView) => {
    app.action<BlockAction>(action, async ({ ack, body, respond }) => {
      const form = await reach(parts, drawn(parts, clickOn(body), draw));
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
    const wanted = { verdict: "deny", why: readWhy(view, DENY_WHY), less: null, stepped: false } as const;
    const no = await whyNot(parts, sentBy(body), wanted);
    await (no === null ? ack() : ack(onFields({ [DENY_WHY]: no.words })));
  });

  app.view<ViewSubmitAction>(VIEWS.stepUp, async ({ ack, body }) => {
    const wanted = { verdict: "approve", why: null, less: null, stepped: true } as const;
    const no = await whyNot(parts, sentBy(body), wanted);
    // The form has no field on which an error could stand.
    await (no === null ? ack() : ack({ response_action: "update", view: sentenceModal(NOT_APPROVED, [no.words]) }));
  });

  app.view<ViewSubmitAction>(VIEWS.less, async ({ ack, body, view }) => {
    const { durationSeconds, ...rest } = readLess(view.state.values);
    const less = { durationSeconds: durationSeconds ?? 0, ...rest };
    const wanted = { verdict: "approve", why: null, less, stepped: true } as const;
    const no = await whyNot(parts, sentBy(body), wanted);
    await (no === null ? ack() : ack(onFields({ [fieldOf(no)]: no.words })));
  });
}

function clickOn(body: BlockAction): Click {
  return { who: userOf(body), shown: unpackShown(buttonValue(body)) };
}

function sentBy(body: ViewSubmitAction): Click {
  return { who: userOf(body), shown: unpackShown(body.view.private_metadata) };
}

/** A bare click; where that does not count, the form in which the yes is given. */
async function approve(parts: BotParts, click: Click): Promise<Reached<ModalView | null>> {
  const judged = await judgeClick(parts, click, { verdict: "approve", why: null, less: null, stepped: false });
  if ("no" in judged) return judged;
  if (!isNotCounted(judged.got)) return { got: null };
  const { refusal, words } = judged.got;
  return refusal.refused === "stepUpNeeded" ? drawn(parts, click, stepUpForm) : { no: words };
}

async function drawn(
  parts: BotParts,
  click: Click,
  draw: (facts: ApproveFacts) => ModalView,
): Promise<Reached<ModalView>> {
  const facts = await mayDecide(parts, click);
  return "no" in facts ? facts : { got: draw(facts.got) };
}

/** Why a form that was sent did not count, or null when it did. */
async function whyNot(
  parts: BotParts,
  click: Click,
  wanted: Parameters<typeof judgeClick>[2],
): Promise<{ readonly words: Sentence; readonly refusal?: NotCounted["refusal"] } | null> {
  const judged = await reach(parts, judgeClick(parts, click, wanted));
  if ("no" in judged) return { words: judged.no };
  return isNotCounted(judged.got) ? judged.got : null;
}

function fieldOf({ refusal }: { readonly refusal?: NotCounted["refusal"] }): string {
  switch (refusal?.field) {
    case "namespaces":
      return LESS.namespaces;
    case "start":
      return LESS.start;
    default:
      return LESS.duration;
  }
}
