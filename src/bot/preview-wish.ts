import { lookAround } from "../workflows/around.ts";
import { judgeWish } from "../workflows/judge.ts";
import { judgeGlass } from "../workflows/judge-glass.ts";
import type { Millis, PersonRecord } from "../workflows/person.ts";
import type { PolicyInForce } from "../workflows/ports.ts";
import type { Refusal } from "../workflows/refusal.ts";
import type { Allowed, Wish } from "../workflows/wish.ts";
import { durationIn, type Filled } from "./filled-form.ts";
import type { BotParts } from "./parts.ts";

/** A reason and a ticket with nothing wrong: what is not written yet is judged when the form is sent. */
const SOME_REASON = "What is broken, and what is to be done about it";

/** What the preview is of. */
export interface Previewed {
  readonly by: PersonRecord;
  readonly filled: Filled;
  readonly glass: boolean;
  readonly now: Millis;
}

/**
 * Takes the policy in force and a form as it is filled in so far; returns what would come of it, judged as it will be when
 * it is sent, or null while there is too little to judge.
 */
export async function previewWish(
  { desk }: Pick<BotParts, "desk">,
  force: PolicyInForce,
  { by, filled, glass, now }: Previewed,
): Promise<Allowed | readonly Refusal[] | null> {
  const { cluster, profile, namespaces } = filled;
  const duration = durationIn(filled);
  if (cluster === null || profile === null || namespaces.length === 0 || duration === "") return null;
  const place = {
    policy: force.policy,
    asker: by.person,
    request: "",
    clusters: [cluster],
    said: null,
    isDecided: false,
    now,
  };
  const { around } = await lookAround(desk, place);
  const wish: Wish = {
    ...{ cluster, profile, namespaces, duration, reason: SOME_REASON },
    ...{ ticket: null, startsAt: glass ? null : filled.startsAt },
  };
  return (glass ? judgeGlass : judgeWish)(force, by, wish, around, now);
}
