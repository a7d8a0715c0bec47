/** What is told and remembered, each in its one form: keys make it happen once, lanes keep the order. */

import type { AskerMoment } from "./asker-moment.ts";
import type { Grant } from "./grant.ts";
import { reviewersOf } from "./owed-review.ts";
import type { Millis, PersonId } from "./person.ts";
import { onCallChannel, own, type Policy } from "./policy.ts";
import type { LedgerRow, Telling } from "./ports.ts";
import type { Request } from "./request.ts";

/** Takes a request, and the grant of it that changed where one did; returns its card, drawn anew. */
export function card(request: Request, grant?: Grant): Telling {
  const version = grant === undefined ? `r${request.version}` : `${grant.id}-v${grant.version}`;
  return { key: `card-${request.id}-${version}`, lane: request.channel, tell: { kind: "card", request: request.id } };
}

/**
 * Takes a new request and the policy; returns its card, and a copy for each channel of another group that decides too: who
 * is to say yes must hear of it. A copy is drawn anew with the card.
 */
export function cards(request: Request, policy: Policy | null): readonly Telling[] {
  const copies = copyChannels(request, policy).map(
    (lane): Telling => ({
      ...{ key: `card-${request.id}-${lane}`, lane },
      tell: { kind: "card", request: request.id },
    }),
  );
  return [card(request), ...copies];
}

/** Takes a request and the policy; returns the channels of groups that decide about it, but for the one of its card. */
export function copyChannels(request: Request, policy: Policy | null): readonly string[] {
  if (request.leave !== "approval") return [];
  const channels = request.approvers.map((group) => channelOf(policy, group)).filter((channel) => channel !== null);
  return [...new Set(channels)].filter((channel) => channel !== request.channel);
}

/** Takes a request that was decided; returns what its thread says of it. */
export function verdict(request: Request): Telling {
  return { key: `verdict-${request.id}`, lane: request.channel, tell: { kind: "verdict", request: request.id } };
}

/** Takes a request to which one more of several said yes; returns what its thread says of it, and the asker's message anew. */
export function oneMoreYes(request: Request, by: PersonId): readonly Telling[] {
  const version = `r${request.version}`;
  return [
    {
      ...{ key: `yes-${request.id}-${version}`, lane: request.channel },
      tell: { kind: "yes", request: request.id, by },
    },
    progress(request),
  ];
}

/** Takes a request that is not as it was; returns the asker's message about it, drawn anew. */
export function progress(request: Request): Telling {
  return { ...asker(request, null, "progress"), key: `progress-${request.id}-r${request.version}` };
}

/** Takes a request, its grant where it is about one, and the moment; returns the asker's direct message. */
export function asker(request: Request, grant: Grant | null, moment: AskerMoment): Telling {
  return {
    key: `${moment}-${grant?.id ?? request.id}`,
    lane: `person:${request.asker}`,
    tell: { kind: "asker", request: request.id, grant: grant?.id ?? null, moment },
  };
}

/** Takes what happened to a request or its grant, when, and by whom; returns the ledger's row. */
export function row(
  request: { readonly id: string },
  grant: Grant | null,
  at: Millis,
  what: string,
  by: string | null,
  detail: LedgerRow["detail"],
): LedgerRow {
  return { at, what, by, request: request.id, grant: grant?.id ?? null, detail };
}

/** Takes a request that breaks glass and the policy; returns what all whose yes was skipped read of it, and on-call. */
export function brokeGlass(request: Request, policy: Policy | null): readonly Telling[] {
  const skipped = request.approvers.map((group) => channelOf(policy, group));
  const channels = [...skipped, reviewersChannel(policy), onCallChannel(policy), request.channel];
  return [...new Set(channels.filter((channel) => channel !== null))].map((lane) => ({
    ...{ key: `brokeGlass-${request.id}-${lane}`, lane, urgent: true },
    tell: { kind: "brokeGlass", request: request.id },
  }));
}

/**
 * Takes a request that owes a review, or to which one was given, and the policy; returns what reviewers read of it, and who
 * lent it to themself.
 */
export function review(request: Request, policy: Policy | null): readonly Telling[] {
  const lane = reviewersChannel(policy) ?? request.channel;
  const key = `review-${request.id}-r${request.version}`;
  return [
    { key, lane, tell: { kind: "review", request: request.id } },
    { ...asker(request, null, "review"), key: `${key}-asker` },
  ];
}

function reviewersChannel(policy: Policy | null): string | null {
  return policy === null ? null : channelOf(policy, reviewersOf(policy));
}

function channelOf(policy: Policy | null, group: string): string | null {
  return policy === null ? null : (own(policy.groups, group)?.channel ?? null);
}
