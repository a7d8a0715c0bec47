/** I1, I4, I5 and I8: who can still do what, and whether they may. */
import { Violation } from "../core/run-state.ts";
import type { Book } from "./book.ts";
import { AFTER_TROUBLE_MS, CUT_MS, type Excuses, listedFrom, TIME_OF_WORKERS } from "./excuses.ts";
import { type Accepted, type Eye, REMEMBERED_MS } from "./eye.ts";
import type { Memory } from "./heard.ts";
import { isEdited } from "./leftovers.ts";

/** In health an end is kept to the second (P1), and a click that ends access too. */
const HEALTHY_MS = 1_000;
const CLICKED_MS = 2_000;
/** What the product does by a watch or a job of its own, where nothing was ever wrong. */
const UNTROUBLED_MS = 3_000;
/** Where what failed before waits for 15 s before it comes again. */
const LONG_MS = 30_000;
/** The timer's own bound (P2), with nobody of ours alive: by then the identity is gone. */
const TIMER_MS = 15_000;
/** P2 for any number of ends: the token's own `exp`, with the API server's leeway. */
const TOKEN_MS = 10_000;
const SHORTEST_TOKEN_MS = 670_000;
const LONG_TOKEN_MS = 660_000;
/** When a delivery is looked at again: src/workflows/delivery-ports.ts. */
const CHECKED_MS = 45_000;

export interface AccessParts {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly now: () => number;
  /** Whether a cluster's own controllers have always done their work in time. */
  readonly controllersKeptTime: (cluster: string) => boolean;
  readonly memory: Memory;
  /** Whether no two workers can be at work on one grant. */
  readonly isLoneWork: () => boolean;
  /** By how much the time that Daypass goes by may be wrong. */
  readonly clockDoubtMs: () => number;
  /** When Redis forgot something last. */
  readonly forgotAt: () => number;
  /** When a role was changed by hand, by `cluster role`. */
  readonly rolesChangedAt: ReadonlyMap<string, number>;
}

/** Takes the parts; returns what looks at one cluster's accepted tokens, and throws the first violation. */
export function createAccessCheck(parts: AccessParts): (eye: Eye) => readonly Accepted[] {
  return (eye) => {
    const accepted = eye.accepted();
    for (const one of accepted) check(parts, eye, one);
    expectOnePersons(parts, eye.cluster.id, accepted);
    return accepted;
  };
}

/** Takes the excuses and the time; returns whether an end in that cluster is to be kept to the second at this moment (I1). */
export function isToTheSecond({ excuses, now }: Pick<AccessParts, "excuses" | "now">, cluster: string): boolean {
  return now() > troubleOfWorkers(excuses, cluster) + AFTER_TROUBLE_MS;
}

/** By hand, so that it fires at another time: then its cluster alone ends nothing in time. */
function isTimerEdited(eye: Eye, grant: string): boolean {
  const timer = eye
    .objects()
    .get(grant)
    ?.find(({ plural }) => plural === "jobs")?.object;
  return timer !== undefined && isEdited(timer);
}

function troubleOfWorkers(excuses: Excuses, cluster: string): number {
  return excuses.until([cluster, "workers", TIME_OF_WORKERS]);
}

function check(parts: AccessParts, eye: Eye, one: Accepted): void {
  const { book, excuses, now, controllersKeptTime } = parts;
  const cluster = eye.cluster.id;
  const approved = book.approved.get(one.grant);
  if (approved === undefined) throw violation("I3", one, "was never approved by anybody");
  const end = approved.end + parts.clockDoubtMs();
  const late = now() - end;
  if (late > HEALTHY_MS && isToTheSecond(parts, cluster)) {
    const workers = troubleOfWorkers(excuses, cluster);
    const since = workers === 0 ? "nothing was wrong" : `${seconds(now() - workers)} after the last trouble was over`;
    throw violation("I1", one, `works ${seconds(late)} past its end, and ${since}`);
  }
  const timerMs = TIMER_MS + (one.isLive ? 0 : REMEMBERED_MS);
  if (late > timerMs && controllersKeptTime(cluster) && !isTimerEdited(eye, one.grant)) {
    throw violation("I1", one, `works ${seconds(late)} past its end though the cluster's own timer was alive (P2)`);
  }
  const { mintedAt } = one.minted;
  const mostUntil = end - mintedAt >= LONG_TOKEN_MS ? end + TOKEN_MS : mintedAt + SHORTEST_TOKEN_MS;
  if (now() > mostUntil + CUT_MS) throw violation("I1", one, "outlives even its own exp (P2)");

  checkEnded(parts, cluster, one);
  checkDelivery(parts, cluster, one);
  checkRole(parts, cluster, one);
  checkClicked(parts, cluster, one);
  const ending = book.current(one.grant, "ending");
  if (ending === undefined) return;
  if (isClickLate(parts, ending.at, cluster)) {
    throw violation(
      "I8",
      one,
      `works ${seconds(now() - ending.at)} after ${ending.row.by ?? "Daypass"} ended it (${ending.row.detail.why})`,
    );
  }
}

/** I5. What was under way when it ended may bind it once more, to an identity that is dead. */
function checkEnded(parts: AccessParts, cluster: string, one: Accepted): void {
  // An end that Redis lost before it was drained to the ledger is one that nobody can know of (I3).
  if (!one.isLive || parts.book.current(one.grant, "ended") === undefined) return;
  if (isSlowMakers(one, cluster, parts)) return;
  throw violation("I5", one, "works though the grant was recorded as ended before");
}

/**
 * Whether it is the trial of a maker whose calls were under way when another worker proved the end: it may make all of it
 * again and try it, with a token that no person sees; it then finds the end recorded, and takes all of it back. A lone
 * worker proves no end beside its own making, unless one that died had sent something.
 */
export function isSlowMakers(
  { n, grant, minted }: Accepted,
  cluster: string,
  { book, excuses, now, isLoneWork }: Pick<AccessParts, "book" | "excuses" | "now" | "isLoneWork">,
): boolean {
  const trouble = excuses.until([cluster, "workers", "redis"]);
  if (n !== 0 || trouble === 0 || (isLoneWork() && excuses.until(["workers"]) === 0)) return false;
  const since = Math.max(minted.mintedAt, book.current(grant, "ended")?.at ?? 0);
  return now() <= Math.min(since, trouble) + AFTER_TROUBLE_MS;
}

/** P4: a credential that nobody has read ends with the check after 45 s. */
function checkDelivery(parts: AccessParts, cluster: string, one: Accepted): void {
  const { n, grant, minted, isLive } = one;
  if (!isLive || n === 0 || parts.memory.shown.has(`${grant} ${n}`) || parts.forgotAt() >= minted.mintedAt) return;
  const since = minted.mintedAt + CHECKED_MS;
  const trouble = parts.excuses.until([cluster, "workers", "redis", "bots", "clocks"]);
  const [from, graceMs] = trouble < minted.mintedAt ? [since, UNTROUBLED_MS] : [Math.max(since, trouble), LONG_MS];
  if (parts.now() > from + graceMs + parts.clockDoubtMs()) {
    throw violation(
      "P4",
      one,
      `lives ${seconds(parts.now() - minted.mintedAt)} after it was made, and nobody ever read it`,
    );
  }
}

/** P9: a role that was changed is no longer what was approved, and its grants end. */
function checkRole(parts: AccessParts, cluster: string, one: Accepted): void {
  const changedAt = parts.rolesChangedAt.get(`${cluster} ${one.role}`);
  const { at = 0 } = parts.book.approved.get(one.grant) ?? {};
  if (changedAt === undefined || !one.isLive || at > changedAt) return;
  const since = Math.max(listedFrom(parts.excuses, cluster, changedAt), one.minted.mintedAt);
  if (isLate(parts, since, [cluster, "workers", "redis"])) {
    throw violation("P9", one, `works ${seconds(parts.now() - changedAt)} after ${one.role} was changed`);
  }
}

/** From a moment on something has so long to be done: little where nothing was ever wrong, else from the last trouble. */
function isLate({ excuses, now }: AccessParts, since: number, needed: readonly string[]): boolean {
  const trouble = excuses.until(needed);
  return now() > (trouble === 0 ? since + UNTROUBLED_MS : Math.max(since, trouble) + LONG_MS);
}

/** I8, by what the person who clicked was answered, whatever was written down of it. */
function checkClicked(parts: AccessParts, cluster: string, one: Accepted): void {
  const { memory, now, forgotAt } = parts;
  const answeredAt = memory.endedAt.get(one.grant);
  if (answeredAt === undefined || forgotAt() >= answeredAt) return;
  if (isClickLate(parts, answeredAt, cluster))
    throw violation("I8", one, `works ${seconds(now() - answeredAt)} after somebody was told that it is being ended`);
}

/** What somebody ended is gone soon; where a worker that took its wake cannot reach what it needs, as after trouble. */
function isClickLate({ excuses, now }: AccessParts, since: number, cluster: string): boolean {
  const needed = [cluster, "workers", "redis"];
  const soonMs = excuses.isCutFrom(needed) ? AFTER_TROUBLE_MS : CLICKED_MS;
  return now() > Math.max(since + soonMs, excuses.until(needed) + AFTER_TROUBLE_MS);
}

/** I4: whoever has a credential before them has the only one; an earlier one may outlive it by what a crash takes. */
function expectOnePersons(parts: AccessParts, cluster: string, accepted: readonly Accepted[]): void {
  const { memory, excuses, now, forgotAt } = parts;
  for (const one of accepted) {
    if (one.n === 0 || !one.isLive) continue;
    const newer = accepted.find(
      ({ grant, n, isLive }) => grant === one.grant && n > one.n && isLive && memory.received.has(`${grant} ${n}`),
    );
    // A record that was rebuilt knows no number of a delivery from before.
    if (newer === undefined || forgotAt() >= Math.min(one.minted.mintedAt, newer.minted.mintedAt)) continue;
    const trouble = excuses.until([cluster, "workers", "redis"]);
    const since = Math.max(newer.minted.mintedAt, one.minted.mintedAt, trouble + (trouble > 0 ? AFTER_TROUBLE_MS : 0));
    if (now() > since + HEALTHY_MS) throw violation("I4", one, `lives beside delivery ${newer.n}, which somebody has`);
  }
}

function violation(invariant: string, { grant, n, namespace }: Accepted, words: string): Violation {
  const whose = n === 0 ? "the trial's token" : `the token of delivery ${n}`;
  return new Violation(invariant, `${whose} of grant ${grant} in ${namespace} ${words}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
