import type { Grant } from "../../workflows/grant.ts";
import { isOverdue } from "../../workflows/next-step.ts";
import type { Millis } from "../../workflows/person.ts";
import { MARKS, type Names } from "../messages.ts";
import { type Message, message, type Sentence } from "../sentences.ts";
import { roughly, sayLag } from "../time-words.ts";
import { listed } from "./ending.ts";

/** Lines about passes that do not end; their cards have the rest. */
const MOST_LISTED = 10;

/** All that the message about many endings is made of. */
export interface ProgressFacts {
  readonly names: Names;
  /** The grants that were told to end, as they are now. */
  readonly grants: readonly Grant[];
  /** Nobody draws this message anew any more. */
  readonly last: boolean;
  readonly now: Millis;
}

/** Takes the facts; returns the one message that counts: how many are proven, how many to go, and what does not end. */
export function endingProgress({ names, grants, last, now }: ProgressFacts): Message {
  const ended = grants.filter((grant) => grant.state === "ended");
  const toGo = grants.length - ended.length;
  if (toGo === 0) {
    const slowest = Math.max(...ended.map((grant) => grant.refusedAt - grant.ending.since));
    return message([[`${MARKS.ended} ${grants.length} ended, slowest ${sayLag(slowest)}. Each refused, proven.`]]);
  }
  const late = grants.filter((grant) => grant.state === "ending").filter((grant) => isOverdue(grant, now));
  return message([
    [`${MARKS.active} Ending ${grants.length}: ${ended.length} proven, ${toGo} to go.`],
    ...late
      .slice(0, MOST_LISTED)
      .map(
        (grant): Sentence => [
          `${MARKS.overdue} OVERDUE by ${roughly(now - grant.ending.since)}: ${listed(names, grant)}. ` +
            `${grant.cluster} has not confirmed the end; trying every 15 s.`,
        ],
      ),
    ...(late.length > MOST_LISTED
      ? [[`${MARKS.overdue} and ${late.length - MOST_LISTED} more that are overdue.`]]
      : []),
    ...(last ? [["This message no longer changes: each pass's card says how it ends."]] : []),
  ]);
}
