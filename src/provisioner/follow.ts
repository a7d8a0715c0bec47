import type { Events, News } from "../workflows/ports.ts";
import type { ClusterTrouble } from "../workflows/trouble.ts";
import { asTrouble } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { rememberBinding } from "./known-grants.ts";
import { createSurveyor, type Survey } from "./survey.ts";
import { createBackOff, rest } from "./watch-back-off.ts";
import { watchKind } from "./watch-kind.ts";
import { KINDS, type Metadata } from "./watch-kinds.ts";
import { gather, newsOf } from "./watch-news.ts";

/** How long things take, in milliseconds. */
export interface Pace {
  /** From one list to the next: DESIGN.md's five minutes. */
  readonly relistMs: number;
  /** A watch is opened anew after this silence; bookmarks come once a minute (cacher.go, defaultBookmarkFrequency). */
  readonly quietMs: number;
  /** The longest pause between two tries. */
  readonly backOffMs: number;
  /** Changes to one grant within this time are told once. */
  readonly gatherMs: number;
  /** From a role's change to the next list, and half of it more: people apply a whole catalogue at a time. */
  readonly calmMs: number;
}

const PACE: Pace = { relistMs: 300_000, quietMs: 90_000, backOffMs: 15_000, gatherMs: 250, calmMs: 1_000 };
/** For how long pauses do not grow that keep a role's change from being listed: a cluster in longer trouble is left in peace. */
const SOON_MS = 30_000;
/** The same trouble, in the same words, is told this often. */
const TELL_AGAIN_MS = 300_000;

interface Follower {
  readonly cluster: Connection;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  survey(signal: AbortSignal): Promise<Survey>;
  hear(news: News): void;
  changed(grant: string): void;
  troubled(trouble: ClusterTrouble): void;
}

/**
 * Takes a cluster, a signal and who hears; tells all that the cluster holds, at once, every five minutes, when a role
 * of the catalogue changed and when the thread of changes was lost, and in between what is made and what is changed.
 * Damage in a list is a suspicion, see `createSurveyor`. Starts again by itself whatever breaks, tells its trouble
 * seldom, resolves after the signal and never rejects.
 *
 * client-node's informer does not serve: it stops at any error but 410, asks for no bookmarks, keeps every object
 * whole, and goes by the dispatcher whose limit of 3 s without a byte ends every quiet watch.
 */
export async function followCluster(
  cluster: Connection,
  signal: AbortSignal,
  hear: (news: News) => void,
  events: Events,
  pace: Pace = PACE,
): Promise<void> {
  const tell = (news: News) => hearSafely(news, hear, cluster.id, events);
  const gathering = gather(pace.gatherMs, (grant) => tell({ what: "changed", grant }));
  const troubled = tellSeldom(cluster.id, signal, events);
  const follower: Follower = {
    ...{ cluster, signal, pace, survey: createSurveyor(cluster) },
    ...{ hear: tell, changed: gathering.add, troubled },
  };
  const backOff = createBackOff(pace.backOffMs);
  const soon = createBackOff(pace.calmMs);
  let soonUntil = 0;
  while (!signal.aborted) {
    const end = await followOnce(follower);
    // However often roles change, and whatever keeps it from listing: one that may do more by now is looked at soon.
    if (end === "role") soonUntil = performance.now() + SOON_MS;
    else if (end === null) soonUntil = 0;
    if (end !== "role") await (performance.now() < soonUntil ? soon : backOff).pause(signal, end);
  }
  gathering.stop();
}

/** Lists, and watches until another list is needed. Returns what kept it from listing; `role` where one changed, or null. */
async function followOnce(follower: Follower): Promise<ClusterTrouble | "role" | null> {
  const { cluster, signal, survey, hear, troubled } = follower;
  try {
    const { all, versions } = await survey(signal);
    hear({ what: "list", all });
    return await watchUntilStale(follower, versions);
  } catch (error) {
    const trouble = asTrouble(cluster.id, "tell what it holds", error);
    troubled(trouble);
    return trouble;
  }
}

/**
 * Resolves when it is time for the next list, a watch lost its thread, or the signal came; with `role`, and not before it
 * is calm, where one changed, whatever else came meanwhile.
 */
async function watchUntilStale(follower: Follower, versions: Survey["versions"]): Promise<"role" | null> {
  const { cluster, pace, troubled } = follower;
  const round = new AbortController();
  const signal = AbortSignal.any([follower.signal, round.signal]);
  const calm = Promise.withResolvers<void>();
  let calming = null as Promise<void> | null;
  const timerWritten = () => cluster.jobController.wrote();
  const bound = (binding: Metadata) => rememberBinding(cluster.known, binding);
  const news = newsOf({
    ...follower,
    cluster: cluster.id,
    roleChanged: () => {
      calming ??= rest(calmMs(pace), follower.signal).then(calm.resolve);
    },
    timerWritten,
    bound,
  });
  const watch = (name: keyof typeof KINDS) =>
    watchKind(cluster, KINDS[name], {
      ...{ from: versions[name], signal, quietMs: pace.quietMs, backOffMs: pace.backOffMs },
      ...{ heard: news[name], troubled },
    });
  const watches = [watch("grants"), watch("roles"), watch("timers"), watch("accounts"), watch("bindings")];
  await Promise.race([rest(pace.relistMs, signal), calm.promise, ...watches]);
  round.abort();
  await Promise.all(watches);
  await calming;
  return calming === null ? null : "role";
}

/** All workers hear of a change at the same moment, and must not all list at once. */
function calmMs(pace: Pace): number {
  return pace.calmMs * (1 + Math.random() / 2);
}

function hearSafely(news: News, hear: (news: News) => void, cluster: string, events: Events): void {
  try {
    hear(news);
  } catch (cause) {
    events.failed("news of a cluster not heard", { cluster, news: news.what }, cause);
  }
}

function tellSeldom(cluster: string, signal: AbortSignal, events: Events): (trouble: ClusterTrouble) => void {
  const told = new Map<string, number>();
  return (trouble) => {
    const now = performance.now();
    if (signal.aborted || now - (told.get(trouble.message) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_MS) return;
    for (const [words, at] of told) if (now - at >= TELL_AGAIN_MS) told.delete(words);
    told.set(trouble.message, now);
    events.failed("cluster not followed", { cluster }, trouble);
  };
}
