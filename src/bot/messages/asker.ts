import { sayDuration } from "../../workflows/duration.ts";
import { beginsAt, type Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import type {
  ApprovedRequest,
  DeniedRequest,
  LapsedRequest,
  PendingRequest,
  Request,
  WithdrawnRequest,
} from "../../workflows/request.ts";
import { sortYeses } from "../../workflows/step-up.ts";
import { buttons } from "../blocks.ts";
import { count, everybody, groupNames, MARKS, type Names, passes, until, yeses } from "../messages.ts";
import { ACTIONS } from "../names.ts";
import { type Message, message, quotation, type Sentence, toText } from "../sentences.ts";
import { moment, roughly } from "../time-words.ts";
import { askAgain } from "./asking-anew.ts";
import { leaveWords, lessSentence } from "./leave.ts";

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
    ` for ${sayDuration(request.durationSeconds)}`,
    ...(request.startsAt === null ? [] : [" from ", moment(request.startsAt, now)]),
    ".",
  ];
  if (request.state !== "pending") return message([what, askedState(names, request, grants, now)]);
  return message(
    [what, [pendingWith(names, request), " Lapses ", ...until(request.lapsesAt, now), "."]],
    buttons({
      action: ACTIONS.withdraw,
      value: request.id,
      words: "Withdraw",
      label: "Withdraw this request; approvers are told",
    }),
  );
}

/** How far it is, and not who said yes: who decides is between approvers until it is decided. */
function pendingWith(names: Names, request: PendingRequest): string {
  const { approvers, needs } = request;
  const said = sortYeses(request).counting;
  const group = groupNames(names, approvers);
  if (said.length > 0) {
    return `${MARKS.pending} Pending with ${group}: ${count(said.length)} of ${count(needs.quorum)} said yes.`;
  }
  const many = needs.quorum > 1 ? `: ${yeses(needs.quorum)} needed` : "";
  return `${MARKS.pending} Pending with ${group}${many}.`;
}

const ASKED_ANEW = "it was asked for anew from the Slack account that the policy links now";

function askedState(
  names: Names,
  request: ApprovedRequest | DeniedRequest | WithdrawnRequest | LapsedRequest,
  grants: readonly Grant[],
  now: Millis,
): Sentence {
  switch (request.state) {
    case "approved":
      return [...approvedState(`${leaveWords(names, request)}.`, grants, now), ...lessSentence(request, now)];
    case "denied":
      return [`${MARKS.ended} Denied by ${everybody(names, request.decision.people)}.`];
    case "withdrawn":
      return [`${MARKS.ended} Withdrawn${request.anew === undefined ? "" : `: ${ASKED_ANEW}`}. Nothing was made.`];
    case "lapsed":
      return [`${MARKS.ended} Lapsed. Nothing was made.`];
  }
}

/** Promises no message that has come already. */
function approvedState(yes: string, grants: readonly Grant[], now: Millis): Sentence {
  const ended = grants.filter((grant) => grant.state === "ended");
  const later = grants.find((grant) => grant.state === "making" && now < beginsAt(grant));
  if (later !== undefined) {
    const times = [" Starts ", moment(beginsAt(later), now), ", ends ", moment(later.end, now)];
    return [`${MARKS.pending} ${yes}`, ...times, ". The next message says when it works."];
  }
  if (grants.length === 0 || grants.some((grant) => grant.state === "making")) {
    return [`${MARKS.pending} ${yes} The next message says when it works.`];
  }
  if (ended.length < grants.length) return [`${MARKS.active} ${yes} The message below says how it stands.`];
  return ended.every((grant) => grant.activeAt === null)
    ? [`${MARKS.ended} ${yes} Not granted. The message below says why.`]
    : [`${MARKS.ended} ${yes} Ended. The message below says more.`];
}

/** Takes a denied request; returns who said no and why. */
export function denied(names: Names, request: Extract<Request, { state: "denied" }>): Message {
  const words: Sentence = [
    `${MARKS.ended} Denied by ${everybody(names, request.decision.people)}: `,
    ...passes(names, request.targets),
    ". Nothing was made. You can ask again.",
  ];
  const again = askAgain(request.id);
  if (request.why === null) return message([words], again);
  return { ...message([words], quotation(request.why), again), text: toText([words, [`Why: ${request.why}`]]) };
}

/** Takes a lapsed request; returns that nobody answered, or too few. */
export function lapsed(names: Names, request: Extract<Request, { state: "lapsed" }>): Message {
  const waited = roughly(request.at - request.askedAt);
  const said = sortYeses(request).counting.length;
  const who = said === 0 ? "nobody answered" : `${count(said)} of ${count(request.needs.quorum)} said yes`;
  return message(
    [
      [
        `${MARKS.ended} Lapsed: ${who} within ${waited}. Nothing was made: `,
        ...passes(names, request.targets),
        ". You can ask again.",
      ],
    ],
    askAgain(request.id),
  );
}
