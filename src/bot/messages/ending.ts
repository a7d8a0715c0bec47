import type { ModalView } from "@slack/types";
import type { Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import { field, menu, modal, option, sentenceModal, textInput } from "../blocks.ts";
import { clean } from "../escape.ts";
import { type Names, pass, until, who } from "../messages.ts";
import { CHOSEN_GRANT, COMMANDS, END_WHY, packScope, type Scope, VIEWS } from "../names.ts";
import { lines, type Sentence } from "../sentences.ts";
import { timeLeft } from "../time-words.ts";

const MOST_WHY = 500;
/** Lines of a list that people still read before they press. */
const MOST_LISTED = 20;
const MOST_LINE = 150;

/** Tells somebody who may end nothing; there is no list for them. */
export const NOTHING_TO_END: Sentence = [
  "There is no pass here that you may end: on-call ends any, an approver what they approved, everybody their own.",
];

/** Takes the live grants that somebody may end; returns the form to choose one from. */
export function chooseGrantForm(names: Names, grants: readonly Grant[], now: Millis): ModalView {
  const options = grants.map((grant) => {
    const words = names?.profiles[grant.profile]?.words ?? grant.profile;
    return option(
      grant.id,
      `${who(names, grant.grantee)}: ${words}, ${grant.cluster}`,
      `${grant.namespaces.join(", ")} · ${stateOf(grant, now)}`,
    );
  });
  const most = Math.min(options.length, 100);
  const count =
    most < options.length
      ? `The first ${most} of ${options.length} passes, the newest first.`
      : `${countPasses(most)} that you may end.`;
  return modal({
    title: "End access",
    callback: VIEWS.chooseGrant,
    submit: "Next",
    close: "Cancel",
    blocks: [
      lines([[count]]),
      field({
        block: CHOSEN_GRANT,
        label: "Which pass",
        element: menu(CHOSEN_GRANT, options, most === 1 ? (options[0]?.value ?? null) : null, "Choose a pass"),
      }),
    ],
  });
}

/** Takes the chosen grant; returns the step that says exactly what ends and asks why. */
export function confirmEndForm(names: Names, grant: Grant, own: boolean, now: Millis): ModalView {
  const name = who(names, grant.grantee);
  return modal({
    title: "End access",
    callback: VIEWS.confirmEnd,
    submit: "End it now",
    close: "Cancel",
    metadata: grant.id,
    blocks: [
      lines([
        ["Ends 1 pass of 1 person: ", ...pass(names, grant), ", which would run until ", ...until(grant.end, now), "."],
        grant.state === "making"
          ? [
              `It is still being made; ${own ? "you get" : `${name} gets`} no access. The card says when nothing is left.`,
            ]
          : [
              `${own ? "You lose" : `${name} loses`} access within a second. The card says when the cluster itself refuses.`,
            ],
      ]),
      whyField(own),
    ],
  });
}

function whyField(own: boolean) {
  return field({
    block: END_WHY,
    label: "Why",
    optional: own,
    element: textInput(END_WHY, MOST_WHY, "What you saw; it stands in the summary", null, true),
  });
}

/** Takes a grant; returns one line on whose it is and what for, short enough for a list. */
export function listed(names: Names, grant: Grant): string {
  const words = names?.profiles[grant.profile]?.words ?? grant.profile;
  return clean(`${who(names, grant.grantee)}: ${words}, ${grant.cluster}, ${grant.namespaces.join(", ")}`, MOST_LINE);
}

function countPasses(count: number): string {
  return count === 1 ? "1 pass" : `${count} passes`;
}

function stateOf(grant: Grant, now: Millis): string {
  return grant.state === "active" ? timeLeft(grant.end, now) : "being made";
}

/** Somebody was named who holds nothing that the one who asks may end. */
export const NOTHING_OF_THEIRS: Sentence = [
  "There is no pass of that person that you may end, so nothing ended. Look at the whole list with ",
  { code: COMMANDS.revoke },
  ".",
];

/** What a confirmation was for is ending already, or has ended. */
export const ALL_END_ALREADY: Sentence = ["All of these are ending already or have ended. Nothing more to do."];

/** Says why there is another name in the list than that of the one who was named. */
const ONE_ACCOUNT: Sentence = [
  "These stand under more than one name: what that account was given, and what the person who has it now holds.",
];

/** What a confirmation is for. */
export interface EndingMany {
  readonly grants: readonly Grant[];
  /** How many people hold them: one of two ids in the policy is one. */
  readonly people: number;
  readonly scope: Scope;
  /** All of them are the sender's own. */
  readonly own: boolean;
}

/** Takes the passes that a confirmation is for; returns the step that says exactly what ends and asks why. */
export function confirmEndAllForm(names: Names, { grants, people, scope, own }: EndingMany, now: Millis): ModalView {
  const isOfTwoNames = scope !== "all" && new Set(grants.map((grant) => grant.grantee)).size > 1;
  const shown = grants.slice(0, MOST_LISTED);
  const rest = grants.length - shown.length;
  return modal({
    title: "End access",
    callback: VIEWS.confirmEndAll,
    submit: grants.length === 1 ? "End it now" : "End them now",
    close: "Cancel",
    metadata: packScope(scope),
    blocks: [
      lines([
        [
          { bold: `Ends ${countPasses(grants.length)} of ${people} ${people === 1 ? "person" : "people"}.` },
          " They lose access within a second.",
        ],
        ...(isOfTwoNames ? [ONE_ACCOUNT] : []),
        ...shown.map((grant) => [`· ${listed(names, grant)}, ${stateOf(grant, now)}`]),
        ...(rest === 0 ? [] : [[`and ${rest} more`]]),
        ["What is approved before you press ends with them. A direct message counts until the last one is proven."],
      ]),
      whyField(own),
    ],
  });
}

/** Takes how many were told to end; returns what to show in place of the form. */
export function endingManyNow(count: number): ModalView {
  return sentenceModal("End access", [
    [`Ending ${countPasses(count)}…`],
    ["A direct message counts them until the cluster itself has refused each one."],
  ]);
}

/** Takes the grant that was told to end; returns what to show in place of the form: intent, the card has the fact. */
export function endingNow(names: Names, grant: Grant): ModalView {
  return sentenceModal("End access", [
    ["Ending: ", ...pass(names, grant), ` of ${who(names, grant.grantee)}…`],
    ["The card in the approvers' channel says when the cluster refuses, and how long it took."],
  ]);
}
