/** The making of a grant: whether it may be made now, and what came of it. */
import { lookAround } from "./around.ts";
import type { Bench } from "./bench.ts";
import { type EndReason, type GrantEvent, type Lent, lastDelivery } from "./grant.ts";
import { whyNotLend, whySkewed } from "./judge.ts";
import { heldTo } from "./judge-lending.ts";
import { isQuorum } from "./judge-people.ts";
import { isLinked, unaskedGroup } from "./membership.ts";
import { isFresh, type Millis, type PersonId, type PersonRecord } from "./person.ts";
import type { Policy } from "./policy.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import type { Needs } from "./request.ts";
import { NotYet } from "./trouble.ts";

/**
 * Takes a grant to be made and the time; makes all of it and proves it. Returns what happened: proven, or an end where
 * it may not or cannot be made. Throws what must be tried again later: `NotYet` or `ClusterTrouble`.
 */
export async function makeGrant(bench: Bench, grant: Lent, now: Millis): Promise<GrantEvent> {
  const no = await whyNotMake(bench, grant, now);
  if (no !== null) return endNow("notAllowedAnyMore", no.words, now);
  const made = await makeOrTakeBack(bench, grant);
  const at = bench.clock.now();
  if (!("proven" in made)) return endNow(made.refusedBecause, made.words, at);
  return { type: "proven", at };
}

/**
 * Takes what happened to a grant, and the time at which it is written down; returns what is written down. Between the
 * proof and that a machine can sleep: what is proven by then, and over by then, never was in use.
 */
export function inTime(event: GrantEvent, grant: Lent, now: Millis): GrantEvent {
  if (event.type !== "proven" || now < grant.end) return event;
  return endNow("clusterSilent", "it took until the end to make it", now);
}

/** Takes why a grant ends by itself, what there is to say about it, and since when; returns that as an event. */
export function endNow(why: EndReason, words: string | null, since: Millis): GrantEvent {
  return { type: "end", ending: { why, by: null, words, since } };
}

/** Somebody may have ended it meanwhile, before all of it was there: what was made after that ending is left over. */
async function makeOrTakeBack(bench: Bench, grant: Lent) {
  try {
    return await bench.clusters.make(grant);
  } finally {
    const now = await bench.store.grant(grant.id);
    if (now?.state === "ended") await bench.clusters.end(now, lastDelivery(now));
  }
}

/** Why it may not be made, as a sentence without its full stop; null where there is no more to say than that. */
interface NotAllowed {
  readonly words: string | null;
}

const NOT_ALLOWED: NotAllowed = { words: null };
const OTHER_ACCOUNT: NotAllowed = {
  words: "whoever asked for it had another Slack account than the policy links now, so it has to be asked for again",
};
const NOT_IN_FORM: NotAllowed = {
  words:
    "the policy wants each yes in the form that says the risk once more by now, and one was not given in it, " +
    "so it has to be asked for again",
};

/**
 * Who asked and who decided are judged once more, right before anything is made (promise P6): by the policy of now, and
 * of each yes whether it still counts. Where too few are left, nothing is made. Returns null where it may be made, or what
 * there is to say about why not.
 */
async function whyNotMake(bench: Bench, grant: Lent, now: Millis): Promise<NotAllowed | null> {
  await expectSafe(bench, grant.cluster);
  const force = bench.policy.current();
  if (force === null) throw new NotYet("the policy cannot be read: nothing is granted until it can");
  const request = await bench.store.request(grant.request);
  if (request?.state !== "approved") return NOT_ALLOWED;
  const fresh = { bench, policy: force.policy, now };
  const asker = await freshRecord(fresh, grant.grantee);
  const yeses = await Promise.all(
    request.yeses.map(async (yes) => ({ yes, record: await freshRecord(fresh, yes.by) })),
  );
  const place = {
    policy: force.policy,
    asker: grant.grantee,
    request: request.id,
    clusters: [grant.cluster],
    said: null,
    isDecided: true,
    now,
  };
  const { around } = await lookAround(bench, place);
  const wanted = { ...request, durationSeconds: request.lent.durationSeconds, startsAt: request.lent.startsAt };
  const needs = whyNotLend(force, asker, wanted, grant, around, now);
  if (isRefusal(needs)) {
    await throwUnread(bench, grant, needs);
    return needs.refused === "otherAccount" ? OTHER_ACCOUNT : NOT_ALLOWED;
  }
  if (request.leave !== "approval") return null;
  const held = heldTo(request, needs);
  const isEnough = (wanted: Needs) => isQuorum(force, request, wanted, yeses, now);
  if (isEnough(held)) return null;
  return isEnough({ ...held, stepUp: false }) ? NOT_IN_FORM : NOT_ALLOWED;
}

/**
 * Throws where it cannot be told. Where nothing is read of a cluster because it is silent, that is what people hear: the
 * call throws so.
 */
async function throwUnread({ clusters }: Bench, grant: Lent, { refused, detail }: Refusal): Promise<void> {
  if (refused !== "clusterUnknown" && refused !== "namespaceUnread") return;
  await clusters.timer(grant);
  throw new NotYet(
    refused === "namespaceUnread"
      ? `the worker may not read the labels of ${detail}, so nobody knows what the policy says of it: ` +
          "whoever runs the cluster must let it"
      : `${grant.cluster} answers, but nobody has read lately what it allows: the worker's log says why`,
  );
}

/** Thrown where nothing may be granted for now; the message is a sentence that people may read. */
async function expectSafe(bench: Bench, cluster: string): Promise<void> {
  const unsafe = bench.caution.whyNot() ?? whySkewed(await bench.facts.of(cluster));
  if (unsafe !== null) throw new NotYet(unsafe);
}

interface Reading {
  readonly bench: Bench;
  readonly policy: Policy;
  readonly now: Millis;
}

/**
 * A bot whose policy is older or newer than ours by some seconds reads another account of that person's, or does not ask
 * about all of our policy's user groups. That says nothing of who they are to ours, so nothing is made by it, and nothing
 * that was decided ends by it either.
 */
async function freshRecord({ bench, policy, now }: Reading, person: PersonId): Promise<PersonRecord> {
  const record = await bench.people.record(person);
  if (record === null || !isFresh(record, now)) throw new NotYet(`the bot has not read ${person} from Slack lately`);
  if (!Object.hasOwn(policy.people, person)) return record;
  if (!isLinked(policy, record)) {
    throw new NotYet(`the bot has not read ${person} from Slack under their present account yet`);
  }
  const group = unaskedGroup(policy, record);
  if (group === null) return record;
  throw new NotYet(`the bot has not read from Slack yet whether ${person} is in the user group ${group}`);
}
