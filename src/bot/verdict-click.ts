import { decide, type Verdict } from "../workflows/access.ts";
import { needsToDecide } from "../workflows/judge-lending.ts";
import { whyNotDecide } from "../workflows/judge-people.ts";
import type { Millis, PersonId, PersonRecord } from "../workflows/person.ts";
import type { PolicyInForce } from "../workflows/ports.ts";
import { isRefusal, type Refusal, refuse } from "../workflows/refusal.ts";
import type { Needs, PendingRequest, Request } from "../workflows/request.ts";
import type { SlackUser } from "./known-people.ts";
import type { ApproveFacts } from "./messages/approve-forms.ts";
import { decisionWords, lateWords } from "./messages/refusals.ts";
import { SLACK_SILENT } from "./messages.ts";
import type { ShownRequest } from "./names.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { beforehand, identify, type Reached } from "./reach.ts";
import type { Sentence } from "./sentences.ts";
import type { Given, Leaves } from "./yes-form.ts";

/** Who became a guest or left a moment ago decides nothing and gets nothing, so Slack itself is asked at each click. */
const NOW = { fresh: true };

/** A click that did not count, and the words for why. */
export interface NotCounted {
  readonly refusal: Refusal;
  readonly words: Sentence;
}

/** Takes what came of a click; returns whether it did not count. */
export function isNotCounted(came: Request | NotCounted): came is NotCounted {
  return "refusal" in came;
}

/** Who clicked, on what they saw. */
export interface Click {
  readonly who: SlackUser;
  /** Null where no button of ours carries such a value. */
  readonly shown: ShownRequest | null;
}

/** What a click wants of the request. */
export type Wanted = Pick<Verdict, "verdict" | "why"> & Given;

/** Takes a click and what it wants; decides the request by it, or says why it did not count. */
export async function judgeClick(
  parts: BotParts,
  { who, shown }: Click,
  { less, ...wanted }: Wanted,
): Promise<Reached<Request | NotCounted>> {
  const { desk, directory } = parts;
  const loaded = shown === null ? null : await beforehand(desk.store.request(shown.request));
  if (shown === null || loaded === null) return { got: notCounted(parts, refuse("notFound")) };
  const isYes = wanted.verdict === "approve";
  const [found, asker, ...givers] = await Promise.all([
    identify(parts, who, NOW),
    beforehand(directory.recordOf(loaded.asker, NOW)),
    ...(isYes ? saidYes(parts, loaded) : []).map((by) => beforehand(directory.recordOf(by, NOW))),
  ]);
  if ("no" in found) return found;
  // Of somebody whom Slack says nothing of, what it said earlier completes no quorum.
  if (givers.includes(null)) return { no: SLACK_SILENT };
  // A no needs nobody's leave to be lent something; what Slack last said of the asker is enough for it.
  const askerNow = asker ?? (isYes ? null : await desk.people.record(loaded.asker));
  if (askerNow === null) return { no: SLACK_SILENT };
  const decided = await decide(desk, { by: found.got, asker: askerNow, ...shown, ...wanted, less: less(loaded) });
  return { got: isRefusal(decided) ? await whyLate(parts, decided, shown, found.got) : decided };
}

/**
 * Those who said yes before, who count by what Slack says of them now. Whom the policy lists no more counts no more, and
 * nothing may link them to an account that Slack could be asked about.
 */
function saidYes({ desk }: BotParts, { yeses }: Request): readonly PersonId[] {
  const people = desk.policy.current()?.policy.people ?? {};
  return yeses.map(({ by }) => by).filter((by) => Object.hasOwn(people, by));
}

/**
 * Takes a click that asks for a form, and what its yes is to leave where that was chosen before; returns what the form is
 * made of, judged before anybody fills it in vain.
 */
export async function mayDecide(
  parts: BotParts,
  { who, shown }: Click,
  leaves: Leaves,
): Promise<Reached<ApproveFacts>> {
  const { desk } = parts;
  const request = shown === null ? null : await beforehand(desk.store.request(shown.request));
  if (shown === null || request === null) return { no: notCounted(parts, refuse("notFound")).words };
  const found = await identify(parts, who, NOW);
  if ("no" in found) return found;
  const force = desk.policy.current();
  if (force === null) return { no: notCounted(parts, refuse("policyUnreadable")).words };
  const no = whyNotOpen(force, found.got, request, shown, desk.clock.now());
  if (no !== null) return { no: (await whyLate(parts, no, shown, found.got)).words };
  const pending = request as PendingRequest;
  const facts = await factsOfForm(parts, force, { request: pending, shown, less: leaves(pending) });
  // The policy of now may bar somebody whom it let decide when it was asked for.
  const barred = whyNotDecide(force, found.got, { ...request, needs: facts.needs }, facts.now);
  return barred === null ? { got: facts } : { no: notCounted(parts, barred).words };
}

function whyNotOpen(
  force: PolicyInForce,
  by: PersonRecord,
  request: Request,
  { fingerprint }: ShownRequest,
  now: Millis,
): Refusal | null {
  const no = whyNotDecide(force, by, request, now);
  if (no !== null) return no;
  if (request.state !== "pending") return refuse("alreadyDecided");
  return request.fingerprint === fingerprint ? null : refuse("changedSinceShown");
}

/** Takes a request as somebody saw it who may decide it; returns what a form about it is made of, with what is needed now. */
async function factsOfForm(
  parts: BotParts,
  force: PolicyInForce,
  about: Pick<ApproveFacts, "request" | "shown" | "less">,
): Promise<ApproveFacts> {
  const now = parts.desk.clock.now();
  const needs = await needsNow(parts, force, { ...about, now });
  return { names: force.policy, ...about, needs, now };
}

/** Of an asker of whom nothing is known, the card's words hold: what it is refused for is said when the form is sent. */
async function needsNow(
  { desk }: BotParts,
  force: PolicyInForce,
  { request, less, now }: Pick<ApproveFacts, "request" | "less" | "now">,
): Promise<Needs> {
  const asker = await beforehand(desk.people.record(request.asker));
  return asker === null ? request.needs : beforehand(needsToDecide(desk, force, { asker, request, less, now }));
}

function notCounted(parts: BotParts, refusal: Refusal): NotCounted {
  return { refusal, words: decisionWords(namesOf(parts), refusal) };
}

/** A click that came too late is told who was faster, from what the record says now. */
async function whyLate(parts: BotParts, refusal: Refusal, shown: ShownRequest, by: PersonRecord): Promise<NotCounted> {
  const now = refusal.refused === "alreadyDecided" ? await parts.desk.store.request(shown.request) : null;
  if (now === null) return notCounted(parts, refusal);
  return { refusal, words: lateWords(namesOf(parts), now, by.person, parts.desk.clock.now()) };
}
