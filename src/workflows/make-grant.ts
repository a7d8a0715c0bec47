/** The making of a grant: whether it may be made now, and what came of it. */
import type { Bench } from "./bench.ts";
import { type EndReason, type GrantEvent, type Lent, lastDelivery } from "./grant.ts";
import { whyNotDecide, whyNotLend, whySkewed } from "./judge.ts";
import { isFresh, type Millis } from "./person.ts";
import type { Refusal } from "./refusal.ts";
import { NotYet } from "./trouble.ts";

/**
 * Takes a grant to be made and the time; makes all of it and proves it. Returns what happened: proven, or an end where
 * it may not or cannot be made. Throws what must be tried again later: `NotYet` or `ClusterTrouble`.
 */
export async function makeGrant(bench: Bench, grant: Lent, now: Millis): Promise<GrantEvent> {
  const no = await whyNotMake(bench, grant, now);
  if (no !== null) return endNow("notAllowedAnyMore", null, now);
  const made = await makeOrTakeBack(bench, grant);
  const at = bench.clock.now();
  if (!("proven" in made)) return endNow(made.refusedBecause, made.words, at);
  return at < grant.end ? { type: "proven", at } : endNow("clusterSilent", "it took until the end to make it", at);
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

/** Who asked and who decided are judged once more, right before anything is made (promise P6). */
async function whyNotMake(bench: Bench, grant: Lent, now: Millis): Promise<Refusal | null> {
  await expectSafe(bench, grant.cluster);
  const source = bench.policy.current();
  if (source === null) throw new NotYet("the policy cannot be read: nothing is granted until it can");
  const request = await bench.store.request(grant.request);
  if (request === null) return { refused: "notFound" };
  const [asker, ...deciders] = await Promise.all(
    [grant.grantee, ...grant.decidedBy.people].map((person) => freshRecord(bench, person, now)),
  );
  const lend = asker === undefined ? null : whyNotLend(source.policy, asker, request, grant, now);
  return lend ?? deciders.map((by) => whyNotDecide(source.policy, by, request)).find((no) => no !== null) ?? null;
}

/** Thrown where nothing may be granted for now; the message is a sentence that people may read. */
async function expectSafe(bench: Bench, cluster: string): Promise<void> {
  const unsafe = bench.caution.whyNot() ?? whySkewed(await bench.facts.of(cluster));
  if (unsafe !== null) throw new NotYet(unsafe);
}

async function freshRecord(bench: Bench, person: string, now: Millis) {
  const record = await bench.people.record(person);
  if (record === null || !isFresh(record, now)) throw new NotYet(`the bot has not read ${person} from Slack lately`);
  return record;
}
