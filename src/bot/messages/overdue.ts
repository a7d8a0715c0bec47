import type { EndedGrant, EndingGrant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import { MARKS, type Names, pass, who, whyEnded } from "../messages.ts";
import { type Message, message, type Sentence } from "../sentences.ts";
import { moment, roughly } from "../time-words.ts";

/** Takes a grant whose ending is or was overdue; returns what those on call read in their channel, the same message in both states. */
export function overdue(names: Names, grant: EndingGrant | EndedGrant, now: Millis): Message {
  return grant.state === "ended" ? endedLate(names, grant, now) : owed(names, grant, now);
}

function owed(names: Names, grant: EndingGrant, now: Millis): Message {
  const { cluster, ending, id } = grant;
  return message([
    [
      `${MARKS.overdue} OVERDUE: ${who(names, grant.grantee)}'s pass `,
      ...pass(names, grant),
      " was to end ",
      moment(ending.since, now),
      `; ${roughly(now - ending.since)} later ${cluster} has not confirmed that it refuses` +
        `${grant.paged === null ? "" : `: ${grant.paged.words}`}. Why it ends: ${whyEnded(names, grant)}.`,
    ],
    [
      "Trying every 15 s, without limit; this message says when it has ended. " +
        `Meanwhile see whether ${cluster} answers. It can also be ended there by hand: `,
      { code: `kubectl delete accessgrants -l daypass.dev/grant=${id}` },
    ],
  ]);
}

function endedLate(names: Names, grant: EndedGrant, now: Millis): Message {
  return message([
    [
      `${MARKS.ended} Ended ${sayLate(grant)} late: ${who(names, grant.grantee)}'s pass `,
      ...pass(names, grant),
      `. ${grant.cluster} refuses since `,
      moment(grant.refusedAt, now),
      ", proven. Nothing more to do.",
    ],
  ]);
}

/** Takes a grant that ended late; returns the reply below the message that called for help, since an edit notifies nobody. */
export function paidDebt(names: Names, grant: EndedGrant): Message {
  const words: Sentence = [
    `${MARKS.ended} Ended ${sayLate(grant)} late: ${who(names, grant.grantee)}'s pass `,
    ...pass(names, grant),
    ". Refused, proven. Nothing more to do.",
  ];
  return message([words]);
}

function sayLate({ refusedAt, ending }: EndedGrant): string {
  return roughly(refusedAt - ending.since);
}

/** Takes how many records were written anew; returns what those on call read after Redis lost what it held. */
export function rebuilt(grants: number): Message {
  const [passes, they] = grants === 1 ? ["1 pass was", "it ends"] : [`${grants} passes were`, "they end"];
  return message([
    [
      `${MARKS.active} Redis has lost records. ${passes} rebuilt from what the clusters themselves hold, and ${they} on time.`,
    ],
    [
      "Requests that waited for a decision are lost, and what stands on earlier cards no longer changes: " +
        "whoever waits for an answer has to ask again. If somebody was revoking a pass meanwhile, look whether it runs " +
        "and revoke it again. See why Redis lost them before more is asked for.",
    ],
  ]);
}
