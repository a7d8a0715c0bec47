import { followGrant, followRequest } from "./consequences.ts";
import { type EndReason, type Grant, type GrantEvent, type Lent, lastDelivery, transitionGrant } from "./grant.ts";
import { whyNotDecide, whyNotLend } from "./judge.ts";
import { nextStep, TIMER_PATIENCE_MS } from "./next-step.ts";
import { isFresh, type Millis } from "./person.ts";
import type { Clock, Clusters, Events, Facts, People, PolicySource, Ref, Store, Waker } from "./ports.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import { type Request, transitionRequest } from "./request.ts";
import { ClusterTrouble } from "./trouble.ts";

/** The ports the worker's use cases stand on. */
export interface Bench {
  readonly store: Store;
  readonly people: People;
  readonly facts: Facts;
  readonly clusters: Clusters;
  readonly waker: Waker;
  readonly policy: PolicySource;
  readonly clock: Clock;
  readonly events: Events;
}

/** Something is not there yet; the same wake must come again. */
export class NotYet extends Error {
  override readonly name = "NotYet";
}

/** A grant passes five states; more rounds than this mean that two workers undo each other. */
const MOST_ROUNDS = 20;
/** Mostly the first look finds the timer armed; where the Job controller is behind, looking often makes it no faster. */
const TIMER_POLL_MS = 250;

/**
 * Looks at one record and does what is due, step by step, until it can wait or is done. Safe to run twice and by two
 * workers: who loses the compare-and-set looks again. Throws what must be tried again later.
 */
export async function reconcile(bench: Bench, ref: Ref): Promise<void> {
  return ref.kind === "request" ? reconcileRequest(bench, ref.id) : reconcileGrant(bench, ref.id);
}

async function reconcileRequest(bench: Bench, id: string): Promise<void> {
  const request = await bench.store.request(id);
  const now = bench.clock.now();
  if (request?.state !== "pending") return;
  if (now < request.lapsesAt) return bench.waker.wake({ kind: "request", id }, request.version, request.lapsesAt);
  const event = { type: "lapse", at: now } as const;
  const next = transitionRequest(request, event);
  if (isRefusal(next)) return;
  await bench.store.commit({
    writes: [{ kind: "request", expected: request.version, next }],
    ...followRequest(next, event),
  });
}

async function reconcileGrant(bench: Bench, id: string): Promise<void> {
  let grant = await bench.store.grant(id);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (grant === null) return;
    const event = await takeStep(bench, grant);
    if (event === "leave") return;
    grant = (await save(bench, grant, event)) ?? (await bench.store.grant(id));
  }
  throw new NotYet(`grant ${id} did not settle in ${MOST_ROUNDS} rounds`);
}

/** Acts once. Returns what happened, or `leave` when nothing is to be done now. */
async function takeStep(bench: Bench, grant: Grant): Promise<GrantEvent | "leave"> {
  const now = bench.clock.now();
  const step = nextStep(grant, now);
  switch (step.do) {
    case "done":
      return "leave";
    case "wait":
      await bench.waker.wake({ kind: "grant", id: grant.id }, grant.version, step.until);
      return "leave";
    case "beginEnding":
      return { type: "end", ending: step.ending };
    case "make":
      return make(bench, grant, now);
    case "checkTimer":
      return checkTimer(bench, grant, now);
    case "end":
      await bench.clusters.end(grant, lastDelivery(grant));
      return { type: "refused", at: bench.clock.now() };
  }
}

async function make(bench: Bench, grant: Grant, now: Millis): Promise<GrantEvent> {
  const no = await whyNotMake(bench, grant, now);
  if (no !== null) return endNow("notAllowedAnyMore", null, now);
  try {
    const made = await makeOrTakeBack(bench, grant);
    const at = bench.clock.now();
    return "proven" in made ? { type: "proven", at } : endNow(made.refusedBecause, made.words, at);
  } catch (cause) {
    if (grant.state === "making" && grant.trouble === null) {
      const words = cause instanceof ClusterTrouble ? cause.message : `${grant.cluster} cannot be asked`;
      await save(bench, grant, { type: "trouble", words });
    }
    throw cause;
  }
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

async function freshRecord(bench: Bench, person: string, now: Millis) {
  const record = await bench.people.record(person);
  if (record === null || !isFresh(record, now)) throw new NotYet(`the bot has not read ${person} from Slack lately`);
  return record;
}

async function checkTimer(bench: Bench, grant: Grant, now: Millis): Promise<GrantEvent | "leave"> {
  const timer = await bench.clusters.timer(grant);
  if (timer === "armed") return { type: "timerArmed" };
  const since = grant.state === "active" ? grant.activeAt : now;
  if (timer === "missing" || now - since >= TIMER_PATIENCE_MS) return endNow("timerUnarmed", null, now);
  const again = Math.min(now + Math.max(TIMER_POLL_MS, now - since), since + TIMER_PATIENCE_MS);
  await bench.waker.wake({ kind: "grant", id: grant.id }, grant.version, again);
  return "leave";
}

function endNow(why: EndReason, words: string | null, since: Millis): GrantEvent {
  return { type: "end", ending: { why, by: null, words, since } };
}

/** Saves what happened and returns it; null where the race was lost, which is no trouble: the next round looks again. */
async function save(bench: Bench, grant: Grant, event: GrantEvent): Promise<Grant | null> {
  const next = transitionGrant(grant, event);
  if (isRefusal(next)) return null;
  const request: Request | null = await bench.store.request(grant.request);
  const saved = await bench.store.commit({
    writes: [{ kind: "grant", expected: grant.version, next }],
    ...followGrant(next, event, request, bench.clock.now()),
  });
  return saved === "saved" ? next : null;
}
