import type { ActionsBlock } from "@slack/types";
import { type ActiveGrant, beginsAt, type EndedGrant, type Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import { owesReview, type Request } from "../../workflows/request.ts";
import { buttons } from "../blocks.ts";
import { groupNames, MARKS, type Names, pass, until, whyEnded } from "../messages.ts";
import { ACTIONS } from "../names.ts";
import { type Message, message, type Sentence } from "../sentences.ts";
import { moment, sayLag } from "../time-words.ts";
import { askAgain } from "./asking-anew.ts";
import { lessSentence } from "./leave.ts";

/** All that is told of a pass. */
export interface PassFacts {
  readonly names: Names;
  readonly grant: Grant;
  /** Null where its record is lost. */
  readonly request: Request | null;
  readonly now: Millis;
}

/** Takes the facts; returns the message with its buttons, which are there while the pass is active. */
export function ready(facts: PassFacts): Message {
  const { names, grant } = facts;
  switch (grant.state) {
    case "making":
      return message([[...approvedPass(facts), ". Making it…"]]);
    case "active":
      return readyNow(facts, grant);
    case "ending":
      return message([[`${MARKS.active} Ending: `, ...pass(names, grant), `. Why: ${whyEnded(names, grant)}.`]]);
    case "ended":
      return message([[`${MARKS.ended} Ended: `, ...pass(names, grant), ". The message below says more."]]);
  }
}

function approvedPass({ names, grant }: PassFacts): Sentence {
  return [`${MARKS.pending} Approved: `, ...pass(names, grant)];
}

/** Takes the facts of a pass that begins later than it was decided; returns when, with a button to hand it back before. */
export function startsLater(facts: PassFacts): Message {
  const { names, grant, request, now } = facts;
  if (grant.state === "active") {
    return message([[`${MARKS.active} Started: `, ...pass(names, grant), ". The message below says how it stands."]]);
  }
  if (grant.state !== "making" || now >= beginsAt(grant)) return ready(facts);
  return message(
    [
      [
        ...approvedPass(facts),
        ". Starts ",
        moment(beginsAt(grant), now),
        ", ends ",
        moment(grant.end, now),
        ". A message says when it works.",
        ...lessSentence(request, now),
      ],
    ],
    doneButton(facts),
  );
}

function doneButton({ names, grant }: PassFacts): ActionsBlock {
  return buttons({
    action: ACTIONS.done,
    value: grant.id,
    words: "I don't need it",
    label: `I don't need it: give back ${whatFor(names, grant)} before it starts`,
  });
}

function whatFor(names: Names, grant: Grant): string {
  return `${names?.profiles[grant.profile]?.words ?? grant.profile} on ${grant.cluster}`;
}

/** Takes the facts; returns the message ten minutes before its end, with its buttons while it is active. */
export function endsSoon(facts: PassFacts): Message {
  const { names, grant, now } = facts;
  if (grant.state !== "active" || now >= grant.end) return ready(facts);
  const what = whatFor(names, grant);
  return message(
    [[`${MARKS.active} Ends at `, ...until(grant.end, now), ": ", ...pass(names, grant), "."]],
    buttons(
      { action: ACTIONS.extend, value: grant.id, words: "Extend…", label: `Extend: ask for more time to ${what}` },
      { action: ACTIONS.done, value: grant.id, words: "I'm done", label: `I'm done: end ${what} now` },
    ),
  );
}

function readyNow({ names, request, now }: PassFacts, grant: ActiveGrant): Message {
  const what = whatFor(names, grant);
  return message(
    [
      [
        `${MARKS.active} Ready: `,
        ...pass(names, grant),
        " until ",
        ...until(grant.end, now),
        ".",
        ...lessSentence(request, now),
        ...owedSentence(names, request, now),
      ],
    ],
    buttons(
      {
        action: ACTIONS.getKubeconfig,
        value: grant.id,
        words: "Get kubeconfig",
        label: `Get kubeconfig: ${what}`,
        style: "primary",
      },
      { action: ACTIONS.done, value: grant.id, words: "I'm done", label: `I'm done: end ${what} now` },
    ),
  );
}

/** Who broke the glass reads that others were told, and what it owes. */
function owedSentence(names: Names, request: Request | null, now: Millis): Sentence {
  if (request === null || !owesReview(request)) return [];
  return [
    ` You broke the glass; ${groupNames(names, request.approvers, "and")} were told. It owes a review until `,
    moment(request.review.dueAt, now),
    ": somebody else says what they found.",
  ];
}

/** Takes a grant that never became active; returns why, and that nothing is left of it. */
export function failed(names: Names, grant: EndedGrant): Message {
  return message(
    [
      [
        `${MARKS.ended} Not granted: `,
        ...pass(names, grant),
        `. Why: ${whyEnded(names, grant)}. Nothing was left behind. You can ask again.`,
      ],
    ],
    askAgain(grant.request),
  );
}

/** Takes an ended grant; returns what the cluster confirmed and what it means for the kubeconfig. */
export function ended(names: Names, grant: EndedGrant, now: Millis): Message {
  return message(
    [
      [
        `${MARKS.ended} Ended `,
        moment(grant.ending.since, now),
        ": ",
        ...pass(names, grant),
        `. Why: ${whyEnded(names, grant)}. Refused ${sayLag(grant.refusedAt - grant.ending.since)} later, proven. ` +
          `Its kubeconfig no longer works; delete the file. ${nextStepFor(grant)}`,
      ],
    ],
    askAgain(grant.request),
  );
}

/** Promise P9: what was approved is not there any more, so somebody has to look at it anew. */
function nextStepFor({ ending }: EndedGrant): string {
  return ending.why === "roleChanged"
    ? "What was approved is not what the role allows now. Ask again, and an approver sees what it allows today."
    : "You can ask again.";
}
