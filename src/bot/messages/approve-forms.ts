import type { ModalView } from "@slack/types";
import { sayDuration } from "../../workflows/duration.ts";
import { lessThanAll, narrowest } from "../../workflows/less.ts";
import type { Millis } from "../../workflows/person.ts";
import type { Less, Needs, PendingRequest } from "../../workflows/request.ts";
import { sortYeses } from "../../workflows/step-up.ts";
import { field, menu, modal, momentPicker, multiMenu, option } from "../blocks.ts";
import { USUAL_SECONDS } from "../filled-form.ts";
import { lessWords, type Names, passes, who } from "../messages.ts";
import { LESS, type ShownRequest, VIEWS } from "../names.ts";
import { lines, quotation, type Sentence } from "../sentences.ts";
import { moment } from "../time-words.ts";
import { packYesForm } from "../yes-form.ts";
import { onceMoreLines } from "./leave.ts";
import { riskWords } from "./needs.ts";

/** Heads what is said in place of a form that did not count. */
export const NOT_APPROVED = "Not approved";

/** Shorter stretches than the request form offers, for what is short already. */
const SHORT_SECONDS: readonly number[] = [60, 5 * 60];

/** All that the forms of a yes are made of. */
export interface ApproveFacts {
  readonly names: Names;
  readonly request: PendingRequest;
  readonly shown: ShownRequest;
  /** What is needed as it is judged now. */
  readonly needs: Needs;
  /** What the yes is to leave of it, where that was chosen before; null: all of it. */
  readonly less: Less | null;
  readonly now: Millis;
}

/** Takes the facts; returns the form that says the risk once more, whose sending is the yes. */
export function stepUpForm(facts: ApproveFacts): ModalView {
  return riskForm(facts, []);
}

/** Takes the facts; returns the same form, in place of one that did not say this risk. */
export function riskierForm(facts: ApproveFacts): ModalView {
  return riskForm(facts, [["The form before did not say this risk, so your yes is not recorded yet."]]);
}

function riskForm(facts: ApproveFacts, first: readonly Sentence[]): ModalView {
  return modal({
    title: "Approve the risk",
    callback: VIEWS.stepUp,
    submit: "Approve",
    close: "Cancel",
    metadata: packYesForm(facts),
    blocks: [
      lines([...first, ...whatIsAsked(facts)]),
      quotation(facts.request.reason),
      lines([...riskLines(facts), ["This counts as your yes only when you press Approve here."]]),
    ],
  });
}

/** Takes the facts; returns the form in which a yes leaves less than was asked for; nothing in it can leave more. */
export function lessForm(facts: ApproveFacts): ModalView {
  const { request, now } = facts;
  const left = narrowest(request, request.yeses);
  return modal({
    title: "Approve for less",
    callback: VIEWS.less,
    submit: "Approve",
    close: "Cancel",
    metadata: packYesForm(facts),
    blocks: [
      lines([...whatIsAsked(facts), ...riskLines(facts)]),
      quotation(request.reason),
      durationField(left),
      namespaceField(left),
      startField(request, left, now),
    ],
  });
}

function whatIsAsked({ names, request, needs, less, now }: ApproveFacts): readonly Sentence[] {
  const left = lessThanAll(request, narrowest(request, [...request.yeses, { less }]));
  const by = less === null ? "By the yeses so far" : "With what you chose";
  return [
    [
      `${who(names, request.asker)} asks for `,
      ...passes(names, request.targets),
      ` for ${sayDuration(request.durationSeconds)}`,
      ...(request.startsAt === null ? [] : [" from ", moment(request.startsAt, now)]),
      ".",
    ],
    ...onceMoreLines(names, sortYeses({ ...request, needs }).onceMore),
    ...(left === null ? [] : [[`${by} it would lend `, ...lessWords(left, now), "."]]),
  ];
}

/** What the access can do is what its risk is about; the form shows it again for who saw the card long ago. */
function riskLines({ names, request, needs }: ApproveFacts): readonly Sentence[] {
  const profiles = [...new Set(request.targets.map((target) => target.profile))];
  return [
    riskWords(needs),
    ...profiles.flatMap((id): Sentence[] => {
      const profile = names?.profiles[id];
      return profile === undefined ? [] : [[`Can: ${profile.can}. Cannot: ${profile.cannot}.`]];
    }),
  ];
}

function durationField({ durationSeconds }: Less) {
  const shorter = [...SHORT_SECONDS, ...USUAL_SECONDS].filter((seconds) => seconds < durationSeconds);
  const all = option(String(durationSeconds), `${sayDuration(durationSeconds)}, no less`);
  const options = [...shorter.map((seconds) => option(String(seconds), sayDuration(seconds))), all];
  return field({
    block: LESS.duration,
    label: "How long",
    element: menu(LESS.duration, options, String(durationSeconds), "Choose how long"),
  });
}

function namespaceField({ namespaces }: Less) {
  return field({
    block: LESS.namespaces,
    label: "Namespaces",
    hint: "Take out what is not needed.",
    element: multiMenu(
      LESS.namespaces,
      namespaces.map((name) => option(name, name)),
      namespaces.slice(0, 100),
      "Choose what to leave in",
    ),
  });
}

/** The end stays no later than it was asked for, so a later start needs a shorter time. */
function startField(request: PendingRequest, { startsAt }: Less, now: Millis) {
  const initial = startsAt !== null && startsAt > now ? startsAt : null;
  const from = request.startsAt === null ? "It may start later" : "It may start later than asked for";
  return field({
    block: LESS.start,
    label: "Start",
    optional: true,
    hint: `${from}, and then has to be shorter: it ends no later than it would have.`,
    element: momentPicker(LESS.start, initial),
  });
}
