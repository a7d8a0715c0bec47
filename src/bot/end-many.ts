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
import { STORE_DOWN_AT_REVOKING } from "./messages.ts";
import { END_WHY, type Scope, unpackScope, VIEWS } from "./names.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { beforehand, identifyToEnd, type Reached, reach } from "./reach.ts";
import { readWhy } from "./read-form.ts";

/** Who may end passes ends all of them at once, or all that one account has. */
export function registerEndMany(app: App, parts: BotParts): void {
  app.view<ViewSubmitAction>(VIEWS.confirmEndAll, async ({ ack, body, view }) => {
    const scope = unpackScope(view.private_metadata);
    const ending = endMany(parts, userOf(body), scope, readWhy(view, END_WHY));
    const reached = await reach(parts, ending, STORE_DOWN_AT_REVOKING);
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
  const scope: Scope = named === null ? "all" : { user: named };
  const accounts = await accountsNow(parts, all);
  const grants = within(scope, all, accounts);
  if (grants.length === 0) return { no: named === null ? NOTHING_TO_END : NOTHING_OF_THEIRS };
  const own = grants.every((grant) => grant.grantee === found.got.person);
  const people = new Set(grants.map(({ grantee }) => accounts.get(grantee) ?? grantee)).size;
  const newestFirst = grants.toSorted((a, b) => b.decidedAt - a.decidedAt);
  const ended = { grants: newestFirst, people, scope, own };
  return { got: confirmEndAllForm(namesOf(parts), ended, desk.clock.now()) };
}

/** Of who holds something, the Slack user id that is linked to them now. Nobody else is looked for, nor told of here. */
type Accounts = ReadonlyMap<PersonId, string | null>;

async function accountsNow({ directory }: BotParts, grants: readonly Grant[]): Promise<Accounts> {
  const holders = [...new Set(grants.map((grant) => grant.grantee))];
  const users = holders.map(async (person) => [person, await directory.slackUser(person)] as const);
  return new Map(await beforehand(Promise.all(users)));
}

/**
 * An account has what it was given itself, whoever has its id by now, and all that the people have to whom it is linked now:
 * two of them, where an id was changed in the policy, or given to another account.
 */
function within(scope: Scope, grants: readonly Grant[], accounts: Accounts): readonly Grant[] {
  if (scope === "all") return grants;
  const { user } = scope;
  return grants.filter(
    ({ grantee, account }) => accounts.get(grantee) === user || isTheirs({ slackKey: user }, account),
  );
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
  const all = await beforehand(endable(desk, found.got));
  const grants = within(scope, all, await accountsNow(parts, all)).map(({ id }) => id);
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
