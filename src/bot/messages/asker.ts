import { sayDuration } from "../../workflows/duration.ts";
import type { ActiveGrant, EndedGrant, Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import type { Request } from "../../workflows/request.ts";
import { buttons } from "../blocks.ts";
import { groupName, MARKS, type Names, pass, passes, until, who, whyEnded } from "../messages.ts";
import { ACTIONS } from "../names.ts";
import { type Message, message, quotation, type Sentence, toText } from "../sentences.ts";
import { moment, roughly, sayLag } from "../time-words.ts";
import { askAgain } from "./asking-anew.ts";

/** All that the first message is made of, as the store has it now. */
export interface AskedFacts {
  readonly names: Names;
  readonly request: Request;
  /** The request's grants; none before an approval. */
  readonly grants: readonly Grant[];
  readonly now: Millis;
}

/** Takes the facts; returns the first message to who asked. The button is there while it can still be withdrawn. */
export function asked({ names, request, grants, now }: AskedFacts): Message {
  const what: Sentence = [
    "Asked: ",
    ...passes(names, request.targets),
    ` for ${sayDuration(request.durationSeconds)}.`,
  ];
  if (request.state !== "pending") return message([what, [askedState(names, request, grants)]]);
  const group = groupName(names, request.approvers);
  return message(
    [what, [`${MARKS.pending} Pending with ${group}. Lapses `, ...until(request.lapsesAt, now), "."]],
    buttons({
      action: ACTIONS.withdraw,
      value: request.id,
      words: "Withdraw",
      label: "Withdraw this request; approvers are told",
    }),
  );
}

function askedState(names: Names, request: Request, grants: readonly Grant[]): string {
  switch (request.state) {
    case "pending":
      return `${MARKS.pending} Pending.`;
    case "approved":
      return approvedState(`Approved by ${who(names, request.decision.by)}.`, grants);
    case "denied":
      return `${MARKS.ended} Denied by ${who(names, request.decision.by)}.`;
    case "withdrawn":
      return `${MARKS.ended} Withdrawn. Nothing was made.`;
    case "lapsed":
      return `${MARKS.ended} Lapsed. Nothing was made.`;
  }
}

/** Promises no message that has come already. */
function approvedState(yes: string, grants: readonly Grant[]): string {
  const ended = grants.filter((grant) => grant.state === "ended");
  if (grants.length === 0 || grants.some((grant) => grant.state === "making")) {
    return `${MARKS.pending} ${yes} The next message says when it works.`;
  }
  if (ended.length < grants.length) return `${MARKS.active} ${yes} The message below says how it stands.`;
  return ended.every((grant) => grant.activeAt === null)
    ? `${MARKS.ended} ${yes} Not granted. The message below says why.`
    : `${MARKS.ended} ${yes} Ended. The message below says more.`;
}

/** Takes a denied request; returns who said no and why. */
export function denied(names: Names, request: Extract<Request, { state: "denied" }>): Message {
  const words: Sentence = [
    `${MARKS.ended} Denied by ${who(names, request.decision.by)}: `,
    ...passes(names, request.targets),
    ". Nothing was made. You can ask again.",
  ];
  const again = askAgain(request.id);
  if (request.why === null) return message([words], again);
  return { ...message([words], quotation(request.why), again), text: toText([words, [`Why: ${request.why}`]]) };
}

/** Takes a lapsed request; returns that nobody answered. */
export function lapsed(names: Names, request: Extract<Request, { state: "lapsed" }>): Message {
  const waited = roughly(request.at - request.askedAt);
  return message(
    [
      [
        `${MARKS.ended} Lapsed: nobody answered within ${waited}. Nothing was made: `,
        ...passes(names, request.targets),
        ". You can ask again.",
      ],
    ],
    askAgain(request.id),
  );
}

/** Takes a grant as it is now; returns the message with its buttons, which are there while it is active. */
export function ready(names: Names, grant: Grant, now: Millis): Message {
  switch (grant.state) {
    case "making":
      return message([[`${MARKS.pending} Approved: `, ...pass(names, grant), ". Making it…"]]);
    case "active":
      return readyNow(names, grant, now);
    case "ending":
      return message([[`${MARKS.active} Ending: `, ...pass(names, grant), `. Why: ${whyEnded(names, grant)}.`]]);
    case "ended":
      return message([[`${MARKS.ended} Ended: `, ...pass(names, grant), ". The message below says more."]]);
  }
}

/** Takes a grant as it is now; returns the message ten minutes before its end, with its buttons while it is active. */
export function endsSoon(names: Names, grant: Grant, now: Millis): Message {
  if (grant.state !== "active" || now >= grant.end) return ready(names, grant, now);
  const what = `${names?.profiles[grant.profile]?.words ?? grant.profile} on ${grant.cluster}`;
  return message(
    [[`${MARKS.active} Ends at `, ...until(grant.end, now), ": ", ...pass(names, grant), "."]],
    buttons(
      { action: ACTIONS.extend, value: grant.id, words: "Extend…", label: `Extend: ask for more time to ${what}` },
      { action: ACTIONS.done, value: grant.id, words: "I'm done", label: `I'm done: end ${what} now` },
    ),
  );
}

function readyNow(names: Names, grant: ActiveGrant, now: Millis): Message {
  const what = `${names?.profiles[grant.profile]?.words ?? grant.profile} on ${grant.cluster}`;
  return message(
    [[`${MARKS.active} Ready: `, ...pass(names, grant), " until ", ...until(grant.end, now), "."]],
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
