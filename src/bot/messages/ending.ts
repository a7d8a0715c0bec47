import type { ModalView } from "@slack/types";
import type { Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import { field, menu, modal, option, sentenceModal, textInput } from "../blocks.ts";
import { type Names, pass, until, who } from "../messages.ts";
import { CHOSEN_GRANT, END_WHY, VIEWS } from "../names.ts";
import { lines, type Sentence } from "../sentences.ts";
import { timeLeft } from "../time-words.ts";

const MOST_WHY = 500;

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
      `${grant.namespaces.join(", ")} · ${grant.state === "active" ? timeLeft(grant.end, now) : "being made"}`,
    );
  });
  const listed = Math.min(options.length, 100);
  const count =
    listed < options.length
      ? `The first ${listed} of ${options.length} passes, the newest first.`
      : `${listed} ${listed === 1 ? "pass" : "passes"} that you may end.`;
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
        element: menu(CHOSEN_GRANT, options, listed === 1 ? (options[0]?.value ?? null) : null, "Choose a pass"),
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
      field({
        block: END_WHY,
        label: "Why",
        optional: own,
        element: textInput(END_WHY, MOST_WHY, "What you saw; it stands in the summary", null, true),
      }),
    ],
  });
}

/** Takes the grant that was told to end; returns what to show in place of the form: intent, the card has the fact. */
export function endingNow(names: Names, grant: Grant): ModalView {
  return sentenceModal("End access", [
    ["Ending: ", ...pass(names, grant), ` of ${who(names, grant.grantee)}…`],
    ["The card in the approvers' channel says when the cluster refuses, and how long it took."],
  ]);
}
