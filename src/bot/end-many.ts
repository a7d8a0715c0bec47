import type { App, ViewSubmitAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { endable, endGrants } from "../workflows/end-early.ts";
import type { Grant } from "../workflows/grant.ts";
import { isTheirs, type PersonId } from "../workflows/person.ts";
import { isRefusal, refuse } from "../workflows/refusal.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { onFields } from "./answers.ts";
import { userOf } from "./clicks.ts";
import type { SlackUser } from "./known-people.ts";
import {
  ALL_END_ALREADY,
  confirmEndAllForm,
  endingManyNow,
  NOTHING_OF_THEIRS,
  NOTHING_TO_END,
} from "./messages/ending.ts";
import { refusalWords } from "./messages/refusals.ts";
import { END_WHY, type Scope, unpackScope, VIEWS } from "./names.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { beforehand, identifyToEnd, type Reached, reach } from "./reach.ts";
import { readWhy } from "./read-form.ts";

/** Who may end passes ends all of them at once, or all of one person. */
export function registerEndMany(app: App, parts: BotParts): void {
  app.view<ViewSubmitAction>(VIEWS.confirmEndAll, async ({ ack, body, view }) => {
    const scope = unpackScope(view.private_metadata);
    const ending = endMany(parts, userOf(body), scope, readWhy(view, END_WHY));
    const reached = await reach(parts, ending);
    if ("no" in reached) return ack(onFields({ [END_WHY]: reached.no }));
    await ack({ response_action: "update", view: endingManyNow(reached.got) });
  });
}

/** Takes who asks and whom they named (a Slack user id; null for all); returns the confirmation, or why there is none. */
export async function confirmMany(parts: BotParts, who: SlackUser, named: string | null): Promise<Reached<ModalView>> {
  const { desk } = parts;
  const found = await identifyToEnd(parts, who);
  if ("no" in found) return found;
  const all = await beforehand(endable(desk, found.got));
  const scope = named === null ? "all" : await scopeOf(parts, named, all);
  const grants = scope === null ? [] : within(scope, all);
  if (scope === null || grants.length === 0) return { no: named === null ? NOTHING_TO_END : NOTHING_OF_THEIRS };
  const own = grants.every((grant) => grant.grantee === found.got.person);
  const newestFirst = grants.toSorted((a, b) => b.decidedAt - a.decidedAt);
  return { got: confirmEndAllForm(namesOf(parts), newestFirst, scope, own, desk.clock.now()) };
}

/**
 * Only who holds something is looked for: nobody learns here who else is known. By the account of now, and by the one that
 * asked, whose id may be another account's by now.
 */
async function scopeOf({ directory }: BotParts, user: string, grants: readonly Grant[]): Promise<Scope | null> {
  const holders: readonly PersonId[] = [...new Set(grants.map((grant) => grant.grantee))];
  const users = await Promise.all(holders.map((person) => directory.slackUser(person)));
  const asked = grants.find(({ account }) => isTheirs({ slackKey: user }, account));
  const person = holders[users.indexOf(user)] ?? asked?.grantee;
  return person === undefined ? null : { person };
}

function within(scope: Scope, grants: readonly Grant[]): readonly Grant[] {
  return scope === "all" ? grants : grants.filter((grant) => grant.grantee === scope.person);
}

/** Ends what is within the scope now, which may be more than was shown. Returns how many. */
async function endMany(
  parts: BotParts,
  who: SlackUser,
  scope: Scope | null,
  words: string | null,
): Promise<Reached<number>> {
  const { desk, progress } = parts;
  const found = await identifyToEnd(parts, who);
  if ("no" in found) return found;
  if (scope === null) return { no: refusalWords(namesOf(parts), refuse("notFound")) };
  const grants = within(scope, await beforehand(endable(desk, found.got))).map(({ id }) => id);
  const answers = await allOrUnknown(endGrants(desk, { by: found.got, grants, words }));
  const ended = answers.flatMap((answer) => (isRefusal(answer) ? [] : [answer]));
  const [no] = answers.filter(isRefusal);
  if (ended.length > 0) progress.follow(who.user, ended);
  else if (no !== undefined && no.refused !== "alreadyEnding") return { no: refusalWords(namesOf(parts), no) };
  return ended.length > 0 ? { got: ended.length } : { no: ALL_END_ALREADY };
}

/** Where one could not be saved, others may have been: then nobody can say that nothing was recorded. */
async function allOrUnknown<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof StoreUnavailable ? new StoreUnavailable("unknown", cause.message) : cause;
  }
}
