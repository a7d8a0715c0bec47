import type { ActionsBlock } from "@slack/types";
import type { Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import { buttons } from "../blocks.ts";
import { type Names, pass, who, whyEnded } from "../messages.ts";
import { ACTIONS, COMMANDS } from "../names.ts";
import type { Sentence } from "../sentences.ts";
import { moment } from "../time-words.ts";

/** Takes a request's id; returns the row with the button that opens the form with everything filled in as it was. */
export function askAgain(request: string): ActionsBlock {
  return buttons({
    action: ACTIONS.askAgain,
    value: request,
    words: "Ask again…",
    label: "Ask again, with everything filled in as it was",
  });
}

/** Takes whose request it was; returns what somebody else is told who presses its Ask again. */
export function notYoursToAsk(names: Names, asker: string): Sentence {
  return [
    `This was asked for by ${who(names, asker)}, so it is theirs to ask for again; nothing was recorded. For a pass of your own type `,
    { code: COMMANDS.access },
    ".",
  ];
}

/** The request behind a button is no longer on record. */
export const NOTHING_TO_REPEAT: Sentence = [
  "I no longer have a record of what was asked for then, so I can't fill the form for you, and nothing was recorded. " +
    "Fill it anew: type ",
  { code: COMMANDS.access },
  " or press Request access.",
];

/** Takes a grant that is no longer active and the time; returns why it cannot be extended and what to do. */
export function tooLateToExtend(names: Names, grant: Grant, now: Millis): Sentence {
  const rest = " It cannot be extended any more, so nothing was asked. Ask again for a new one.";
  switch (grant.state) {
    case "making":
    case "active":
      return ["The time of ", ...pass(names, grant), ` is over.${rest}`];
    case "ending":
      return [...pass(names, grant), ` is ending: ${whyEnded(names, grant)}.${rest}`];
    case "ended":
      return [...pass(names, grant), " ended ", moment(grant.ending.since, now), `: ${whyEnded(names, grant)}.${rest}`];
  }
}

/** The pass ended while the form to extend it stood open. */
export const FORMER_IS_OVER: Sentence = [
  "The pass that this was to extend is over by now, so nothing was asked. " +
    "Close this form: Ask again… below the message that it ended opens a new one.",
];
