/** What follows from what a cluster says of itself: lost records are rebuilt, and what is not as it was made ends. */
import type { Bench } from "./bench.ts";
import { type ActiveGrant, beginsAt, type Ending, type EndingGrant, type Grant, isLive } from "./grant.ts";
import { holdAgain } from "./hold-again.ts";
import { hasEnded, isAllOver, letGo } from "./let-go.ts";
import { endNow } from "./make-grant.ts";
import type { Millis } from "./person.ts";
import { onCallChannel } from "./policy.ts";
import type { Access, Held, LedgerRow, News } from "./ports.ts";
import { save } from "./reconcile.ts";
import { someAtOnce } from "./some-at-once.ts";
import { endWhateverIsKnown, type Look } from "./sweep.ts";
import { ClusterTrouble, StoreUnavailable } from "./trouble.ts";

/**
 * Who made a grant, or took it up at its wake 300 ms after its end, has the first go; this worker hears of it only by its
 * cluster. Where all who made it are gone and Redis hangs, it is the only one, and still has to be within P1's second.
 */
const OTHERS_FIRST_MS = 600;
/** Looks at one time: of ten thousand grants, some may be lost at once. */
const AT_ONCE = 50;

/**
 * Takes what a cluster says; does what follows. Never throws; what failed is logged. Returns what is to be heard again: the
 * store or the cluster could not be asked, or its grant is just being made or ended. Nobody else hears of a change, and the
 * next list is five minutes away.
 */
export async function heed(bench: Bench, look: Look, cluster: string, news: News): Promise<readonly News[]> {
  try {
    switch (news.what) {
      case "list":
        setAlarms(bench, news);
        return await heedList(bench, look, cluster, news.all);
      case "made":
        setAlarms(bench, news);
        return (await heedMade(bench, look, news.held)) ? [news] : [];
      case "changed":
        return (await heedChange(bench, look, news.grant)) ? [news] : [];
    }
  } catch (cause) {
    bench.events.failed("not heeded", { cluster, news: news.what }, cause);
    return isPassing(cause) ? [news] : [];
  }
}

/**
 * Before the store is asked, which may not answer, and the first time alone: heard again, those that rang since would ring
 * once more each time, though what they ended is gone. What they could not end, they try again (sweep.ts).
 */
function setAlarms(bench: Bench, news: Exclude<News, { what: "changed" }>): void {
  if (news.isAgain) return;
  const all = news.what === "list" ? news.all.map(({ held }) => held) : [news.held];
  for (const held of all) bench.alarms.set(held, OTHERS_FIRST_MS);
}

/**
 * Returns whether it is to be heard again: what could not be taken back, and what arrives while its grant is ending, since
 * that may arrive behind what takes it away, and lies there when that is over.
 */
async function heedMade(bench: Bench, look: Look, held: Held): Promise<boolean> {
  const grant = await bench.store.grant(held.id);
  const became = await heedHeld(bench, look, held, grant);
  if (became === "rebuilt") await holdAgain(bench, [held]);
  return became === "left" || grant?.state === "ending";
}

/** Whether it may go well another time: what is wrong with a record itself only comes again with the next list. */
function isPassing(cause: unknown): boolean {
  return cause instanceof StoreUnavailable || cause instanceof ClusterTrouble;
}

type Listed = Extract<News, { what: "list" }>["all"];

async function heedList(bench: Bench, look: Look, cluster: string, all: Listed): Promise<readonly News[]> {
  const live = new Map((await bench.store.live()).grants.map((grant) => [grant.id, grant]));
  const owed: News[] = [];
  const rebuilt = await someAtOnce(all, AT_ONCE, ({ held, damage }) => {
    const changed: readonly News[] = damage === null ? [] : [{ what: "changed", grant: held.id }];
    const owe = () => owed.push({ what: "made", held }, ...changed);
    return safely(bench, held, owe, async () => {
      const grant = live.get(held.id) ?? (await bench.store.grant(held.id));
      const became = await heedHeld(bench, look, held, grant);
      if (became === "left") owed.push({ what: "made", held });
      if (damage !== null && (await heedChange(bench, look, held.id))) owed.push(...changed);
      return became === "rebuilt";
    });
  });
  const there = new Set(all.map(({ held }) => held.id));
  const missing = [...live.values()].filter((grant) => grant.cluster === cluster && !there.has(grant.id));
  await someAtOnce(missing, AT_ONCE, (grant) => {
    const owe = () => owed.push({ what: "changed", grant: grant.id });
    return safely(bench, grant, owe, async () => {
      if (await heedChange(bench, look, grant.id)) owe();
    });
  });
  const again = all.filter((_, i) => rebuilt[i] === true).map(({ held }) => held);
  if (again.length === 0) return owed;
  await tellRebuilt(bench, cluster, again.length);
  await holdAgain(bench, again);
  return owed;
}

/** One grant in trouble does not keep the others of its list from being heeded. `owe`: it is to be heard again. */
async function safely<T>(
  bench: Bench,
  { id, cluster }: Access,
  owe: () => void,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (cause) {
    bench.events.failed("not heeded", { grant: id, cluster }, cause);
    if (isPassing(cause)) owe();
    return null;
  }
}

/**
 * Of a grant that the cluster holds: its record must be there, and must not call itself ended (a worker that died in
 * mid-making may have made it after another one's ending). `rebuilt`: the record was lost and is there again; `left`: it
 * should not be there, and could not be taken back.
 */
async function heedHeld(bench: Bench, look: Look, held: Held, grant: Grant | null): Promise<"rebuilt" | "left" | null> {
  if (grant !== null && isLive(grant)) return null;
  if (grant === null && held.end > bench.clock.now()) return (await rebuild(bench, look, held)) ? "rebuilt" : null;
  return (await endWhateverIsKnown(bench, look, held)) ? null : "left";
}

/**
 * Promise P11. The record comes back as *active* with a timer that is still to be checked: what was not made to the end
 * shows as damage, or as a timer that is not armed, and ends with that reason. What was being ended, as
 * this process or the ledger knows, comes back as that; where the ledger cannot be read, as *active*, which on-call can end.
 */
async function rebuild(bench: Bench, look: Look, held: Held): Promise<boolean> {
  const now = bench.clock.now();
  const grant = recordOf(held, await bench.endings.of(held.id).catch(() => null), now);
  const detail = { end: held.end, cluster: held.cluster, namespaces: held.namespaces, profile: held.profile };
  const row: LedgerRow = { at: now, what: "rebuilt", by: null, request: held.request, grant: held.id, detail };
  const writes = [{ kind: "grant", expected: null, next: grant }] as const;
  if ((await bench.store.commit({ writes, tellings: [], rows: [row] })) === "raced") return false;
  bench.events.happened("record rebuilt from its cluster", { grant: held.id, cluster: held.cluster });
  await heedChange(bench, look, held.id);
  await look({ kind: "grant", id: held.id });
  return true;
}

/**
 * A change is an ending's own doing as well; only a grant that is in use is looked at. Returns whether it is to be heard
 * again: what was changed between the proof and the word *active* nobody has seen.
 */
async function heedChange(bench: Bench, look: Look, id: string): Promise<boolean> {
  const grant = await bench.store.grant(id);
  // What is left over behind an end changes, too, while it is being taken. What has no record any more has its alarm still.
  if (isAllOver(bench, id, grant)) letGo(bench, id);
  else if (grant === null && (await hasEnded(bench, id, grant))) bench.pager.settled(id);
  const now = bench.clock.now();
  // Of what begins later nothing is in the cluster yet.
  if (grant?.state === "making") return now >= beginsAt(grant);
  if (grant?.state !== "active" || now >= grant.end) return false;
  const damage = await bench.clusters.inspect(grant);
  if (damage === null) return false;
  bench.events.happened("damaged in mid-life", { grant: id, cluster: grant.cluster, why: damage.why });
  // Something else was saved meanwhile, such as a delivery: damaged it is all the same, and nobody says so again.
  if ((await save(bench, grant, endNow(damage.why, damage.words, now))) === null) return heedChange(bench, look, id);
  await look({ kind: "grant", id });
  return false;
}

/** What was being ended when its record was lost is being ended still. */
function recordOf({ madeAt, ...access }: Held, ending: Ending | null, now: Millis): ActiveGrant | EndingGrant {
  // No version is used twice, so that what was read before the loss can not be saved over this.
  const lent = { ...access, version: Math.floor(now / 1000), decidedAt: madeAt, startsAt: null, extends: null };
  const since = { activeAt: madeAt, deliveries: [] };
  if (ending !== null) return { ...lent, ...since, state: "ending", ending, paged: null };
  return { ...lent, ...since, state: "active", timerArmed: false, warned: true };
}

async function tellRebuilt(bench: Bench, cluster: string, grants: number): Promise<void> {
  const lane = onCallChannel(bench.policy.current()?.policy ?? null);
  if (lane === null) return;
  // Every replica rebuilds; once is enough for people to read it.
  const key = `rebuilt-${cluster}-${Math.floor(bench.clock.now() / 60_000)}`;
  await bench.store.commit({
    writes: [],
    tellings: [{ key, lane, urgent: true, tell: { kind: "rebuilt", grants } }],
    rows: [],
  });
}
