import type { Bench } from "./bench.ts";
import { followGrant, followRequest } from "./consequences.ts";
import {
  type ActiveGrant,
  type EndingGrant,
  type Grant,
  type GrantEvent,
  lastDelivery,
  type MakingGrant,
  transitionGrant,
} from "./grant.ts";
import { letGo } from "./let-go.ts";
import { endNow, inTime, makeGrant } from "./make-grant.ts";
import { BUSY_TIMER_PATIENCE_MS, dueAt, isOverdue, nextStep, TIMER_PATIENCE_MS } from "./next-step.ts";
import { saveWithOutcome } from "./outcome.ts";
import type { Millis } from "./person.ts";
import { onCallChannel } from "./policy.ts";
import type { Commit, Ref } from "./ports.ts";
import { isRefusal } from "./refusal.ts";
import { type Request, transitionRequest } from "./request.ts";
import { oweWord, sayEnded } from "./say-ended.ts";
import { ClusterTrouble, NotYet } from "./trouble.ts";

/**
 * The alarm that some worker has set rings at the end itself. The wake comes this much later, so that mostly it finds
 * the work done; where that worker is gone it still is in time (promise P1: within a second).
 */
const ALARM_FIRST_MS = 300;
/** A grant passes five states; more rounds than this mean that two workers undo each other. */
const MOST_ROUNDS = 20;
/** Mostly the first look finds the timer armed; where the Job controller is behind, looking often makes it no faster. */
const TIMER_POLL_MS = 250;
/**
 * What stands in a grant's way may be something else at each try, every 15 s, or tell how many seconds are left; a hundred
 * cards that say so each time are more than Slack lets a bot draw.
 */
const OTHER_TROUBLE_MS = 5 * 60_000;

/**
 * Looks at one record and does what is due, step by step, until it can wait or is done. Safe to run twice and by two
 * workers: who loses the compare-and-set looks again. Throws what must be tried again later.
 */
export async function reconcile(bench: Bench, ref: Ref): Promise<void> {
  return ref.kind === "request" ? reconcileRequest(bench, ref.id) : reconcileGrant(bench, ref.id);
}

async function reconcileRequest(bench: Bench, id: string): Promise<void> {
  const request = await bench.store.request(id);
  if (request === null) return;
  const now = bench.clock.now();
  const due = dueAt(request) ?? now;
  if (now < due) return bench.waker.wake({ kind: "request", id }, request.version, due);
  const event = { type: request.state === "pending" ? "lapse" : "chased", at: now } as const;
  const next = transitionRequest(request, event);
  // Of what was decided and owes no review, nothing is due.
  if (isRefusal(next)) return;
  const saved = await bench.store.commit({
    writes: [{ kind: "request", expected: request.version, next }],
    ...followRequest(next, event, bench.policy.current()?.policy ?? null),
  });
  const again = dueAt(next);
  if (saved === "saved" && again !== null) await bench.waker.wake({ kind: "request", id }, next.version, again);
}

async function reconcileGrant(bench: Bench, id: string): Promise<void> {
  let grant = await bench.store.grant(id);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (grant === null) return;
    const event = await takeStep(bench, grant);
    if (event === "leave") return;
    grant = event.type === "refused" ? await saveEnd(bench, grant, event) : await saveOrLoad(bench, grant, event);
  }
  throw new NotYet(`grant ${id} did not settle in ${MOST_ROUNDS} rounds`);
}

async function saveOrLoad(bench: Bench, grant: Grant, event: GrantEvent): Promise<Grant | null> {
  return (await save(bench, grant, event)) ?? (await bench.store.grant(grant.id));
}

/** Redis may lose the record just then, or be away and have lost it when it is back. */
async function saveEnd(bench: Bench, grant: Grant, event: Extract<GrantEvent, { type: "refused" }>) {
  try {
    const next = await saveOrLoad(bench, grant, event);
    if (next !== null) return next;
    // Where it was rebuilt just then, the next round looks at it.
    await sayEnded(bench, async () => undefined, grant, event.at);
    return await bench.store.grant(grant.id);
  } catch (cause) {
    oweWord(bench, grant, event.at);
    throw cause;
  }
}

/** Acts once. Returns what happened, or `leave` when nothing is to be done now. Each step is one of its state alone. */
async function takeStep(bench: Bench, grant: Grant): Promise<GrantEvent | "leave"> {
  const now = bench.clock.now();
  const step = nextStep(grant, now);
  switch (step.do) {
    case "done":
      return "leave";
    case "wait":
      await wait(bench, grant, step.until);
      return "leave";
    case "beginEnding":
      return { type: "end", ending: step.ending };
    case "make":
      return make(bench, grant as MakingGrant, now);
    case "checkTimer":
      return checkTimer(bench, grant as ActiveGrant, now);
    case "warn":
      return { type: "warned" };
    case "end":
      return end(bench, grant as EndingGrant);
  }
}

/** What waits for its start has nothing to end yet, so no alarm is set for it. */
async function wait(bench: Bench, grant: Grant, until: Millis): Promise<void> {
  if (grant.state !== "making") bench.alarms.set(grant, 0);
  await bench.waker.wake({ kind: "grant", id: grant.id }, grant.version, until + ALARM_FIRST_MS);
}

/** Throws while it cannot be done, to be tried again without limit; what is overdue is shown as debt meanwhile. */
async function end(bench: Bench, grant: EndingGrant): Promise<GrantEvent> {
  bench.endings.begun(grant.id, grant.ending);
  try {
    await bench.clusters.cut(grant);
    await bench.clusters.end(grant, lastDelivery(grant));
  } catch (cause) {
    await page(bench, grant, troubleWords(grant, cause));
    throw cause;
  }
  bench.endings.over(grant.id);
  letGo(bench, grant.id);
  return { type: "refused", at: bench.clock.now() };
}

/** What goes wrong is shown on the card; the next try comes by itself. */
async function make(bench: Bench, grant: MakingGrant, now: Millis): Promise<GrantEvent> {
  try {
    return await makeGrant(bench, grant, now);
  } catch (cause) {
    const words = troubleWords(grant, cause);
    if (isNews(grant, words, now)) await save(bench, grant, { type: "trouble", words, at: now });
    throw cause;
  }
}

function isNews({ trouble, troubleAt = 0 }: MakingGrant, words: string, now: Millis): boolean {
  return words !== trouble && now - troubleAt >= OTHER_TROUBLE_MS;
}

async function checkTimer(bench: Bench, grant: ActiveGrant, now: Millis): Promise<GrantEvent | "leave"> {
  const timer = await bench.clusters.timer(grant);
  if (timer === "armed") return { type: "timerArmed" };
  const since = grant.activeAt;
  const patience = timer === "behind" ? BUSY_TIMER_PATIENCE_MS : TIMER_PATIENCE_MS;
  if (timer === "missing" || now - since >= patience) return endNow("timerUnarmed", null, now);
  const again = Math.min(now + Math.max(TIMER_POLL_MS, now - since), since + patience);
  await bench.waker.wake({ kind: "grant", id: grant.id }, grant.version, again);
  return "leave";
}

/** On-call is told once, and outside Slack as long as it lasts. */
async function page(bench: Bench, grant: EndingGrant, words: string): Promise<void> {
  const at = bench.clock.now();
  if (!isOverdue(grant, at)) return;
  const { id, cluster, ending } = grant;
  bench.pager.overdue({ grant: id, cluster, since: ending.since, words });
  if (grant.paged !== null) return;
  // Where it cannot be written down, it is paged outside Slack all the same.
  await save(bench, grant, { type: "paged", paged: { at, words } }).catch((cause: unknown) => {
    bench.events.failed("debt not told", { grant: id, cluster }, cause);
  });
}

function troubleWords(grant: Grant, cause: unknown): string {
  return cause instanceof ClusterTrouble || cause instanceof NotYet
    ? cause.message
    : `${grant.cluster} cannot be asked`;
}

/** Saves what happened and returns it; null where the race was lost, which is no trouble: the next round looks again. */
export async function save(bench: Bench, grant: Grant, what: GrantEvent): Promise<Grant | null> {
  const request: Request | null = await bench.store.request(grant.request);
  const now = bench.clock.now();
  const event = inTime(what, grant, now);
  const next = transitionGrant(grant, event);
  if (isRefusal(next)) return null;
  const onCall = onCallChannel(bench.policy.current()?.policy ?? null);
  const commit: Commit = {
    writes: [{ kind: "grant", expected: grant.version, next }],
    ...followGrant(next, event, { request, onCall, now }),
  };
  const saved = next.state === "ended" ? await saveWithOutcome(bench, next, commit) : await bench.store.commit(commit);
  if (saved === "raced") return null;
  if (next.state === "ended") {
    const { id, cluster, ending, refusedAt } = next;
    bench.events.happened("ended", { grant: id, cluster, why: ending.why, lagMs: refusedAt - ending.since });
  }
  return next;
}
