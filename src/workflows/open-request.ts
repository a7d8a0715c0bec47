import { shownOf } from "./lend.ts";
import { allOf } from "./less.ts";
import type { Millis, PersonId, PersonRecord } from "./person.ts";
import { colleaguesOf, type Policy } from "./policy.ts";
import type { Ids, PolicyInForce } from "./ports.ts";
import type { Asked, Needs, PendingRequest } from "./request.ts";
import type { Allowed } from "./wish.ts";

/** How long a request waits for an answer: an hour, as with other tools of the kind; one that begins later, until then. */
const LAPSE_MS = 60 * 60_000;

/** A wish that is allowed, and who has it. */
export interface Opening {
  readonly asked: { readonly by: PersonRecord; readonly extends: string | null; readonly breakGlass: boolean };
  readonly allowed: Allowed;
  readonly id: string;
  readonly now: Millis;
}

/** Takes how hashes are made, the policy in force and a wish that it allows; returns the request as it waits for its answer. */
export function openRequest(ids: Ids, force: PolicyInForce, { asked, allowed, id, now }: Opening): PendingRequest {
  const { target, auto, ...rest } = allowed;
  const opened: Omit<Asked, "fingerprint"> = {
    ...{ id, version: 1, asker: asked.by.person, account: asked.by.slackKey, targets: [target], ...rest },
    ...{ askedAt: now, lapsesAt: Math.max(now + LAPSE_MS, rest.startsAt ?? 0), yeses: [] },
    leave: leaveOf(asked.breakGlass, auto),
    ...{ policyHash: force.hash, extends: asked.extends },
    ...barredFor(force.policy, asked.by.person, rest.needs),
  };
  const fingerprint = ids.fingerprint(shownOf(opened, allOf(opened)));
  return { ...opened, fingerprint, state: "pending" };
}

function barredFor(
  policy: Policy,
  asker: PersonId,
  { notSameCompany }: Needs,
): Required<Pick<Asked, "barred" | "barredAccounts">> {
  const barred = notSameCompany ? colleaguesOf(policy, asker) : [];
  const those = new Set(barred);
  const accounts = Object.entries(policy.people).flatMap(([id, { slack }]) => (those.has(id) ? [slack] : []));
  return { barred, barredAccounts: accounts };
}

function leaveOf(breakGlass: boolean, auto: boolean): Asked["leave"] {
  if (breakGlass) return "breakGlass";
  return auto ? "policy" : "approval";
}
