/** What ends access before its end: the grantee hands it back, or somebody who may revokes it. */
import { followGrant } from "./consequences.ts";
import { type Desk, MOST_TRIES, wake } from "./desk.ts";
import { type Grant, transitionGrant } from "./grant.ts";
import { howMayEnd } from "./judge-people.ts";
import type { Ender } from "./person.ts";
import { onCallChannel } from "./policy.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";

/** Returns the live grants this person may end, in no order. */
export async function endable(desk: Desk, by: Ender): Promise<readonly Grant[]> {
  const policy = desk.policy.current()?.policy ?? null;
  const { grants } = await desk.store.live();
  return grants.filter((grant) => grant.state !== "ending" && howMayEnd(policy, by, grant) !== null);
}

/** Ends a grant at once. Returns its next state or why not. Needs no policy for one's own and for what one approved. */
export async function endGrant(
  desk: Desk,
  input: { readonly by: Ender; readonly grant: string; readonly words: string | null },
): Promise<Grant | Refusal> {
  const policy = desk.policy.current()?.policy ?? null;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const grant = await desk.store.grant(input.grant);
    if (grant === null) return refuse("notFound");
    const why = howMayEnd(policy, input.by, grant);
    if (why === null) return refuse("notYours");
    const now = desk.clock.now();
    const event = { type: "end", ending: { why, by: input.by.person, words: input.words, since: now } } as const;
    const next = transitionGrant(grant, event);
    if (isRefusal(next)) return next;
    const request = await desk.store.request(grant.request);
    const writes = [{ kind: "grant", expected: grant.version, next }] as const;
    const following = followGrant(next, event, { request, onCall: onCallChannel(policy), now });
    const begin = () => wake(desk, { kind: "grant", id: next.id }, next.version, now);
    try {
      if ((await desk.store.commit({ writes, ...following })) === "raced") continue;
    } catch (cause) {
      // It may be recorded all the same, such as where no replica has confirmed it yet: ending does not wait for that.
      begin();
      throw cause;
    }
    begin();
    return next;
  }
  return refuse("raced");
}

/** Side by side, so that many end as one does. Returns, in their order, each one's next state or why not. */
export async function endGrants(
  desk: Desk,
  { by, grants, words }: { readonly by: Ender; readonly grants: readonly string[]; readonly words: string | null },
): Promise<readonly (Grant | Refusal)[]> {
  return Promise.all(grants.map((grant) => endGrant(desk, { by, grant, words })));
}
