/** I7: a pass lasts until its end, and what somebody has in hand works until then, unless the world gives a reason. */
import type { EndReason } from "../../../src/workflows/grant.ts";
import { Violation } from "../core/run-state.ts";
import { wishOf } from "./as-asked.ts";
import type { Approved, Book, Written } from "./book.ts";
import type { HeldPass } from "./by-hand.ts";
import {
  AFTER_TROUBLE_MS,
  CLOCKS_APART,
  CUT_MS,
  controllersOf,
  type Excuses,
  TIME_OF_WORKERS,
  timeOfWhoLacks,
  UNDER_WAY_MS,
} from "./excuses.ts";
import type { Accepted, Eye } from "./eye.ts";
import type { Credential, Memory, Wish } from "./heard.ts";
import type { People } from "./people.ts";

/** src/main.ts: how often a worker reads what a cluster's roles allow. */
const FACTS_MS = 30_000;
/** src/workflows/next-step.ts: how long a yes is kept, counted from when access was to begin. */
const KEPT_MS = 30 * 60_000;

export interface EarlyParts {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly memory: Memory;
  readonly people: Pick<People, "role" | "wereBarred" | "hadNoPolicy">;
  readonly now: () => number;
  /** By how much the time that Daypass goes by may be wrong. */
  readonly clockDoubtMs: () => number;
  /** When Redis forgot something last. */
  readonly forgotAt: () => number;
  /** Whether nothing has gone wrong so far, and nobody's hand was at work. */
  readonly isQuiet: () => boolean;
  /** Whether somebody's hand has reached a pass. */
  readonly hasReached: (pass: HeldPass) => boolean;
  /** When a role was changed by hand, by `cluster role`. */
  readonly rolesChangedAt: ReadonlyMap<string, number>;
}

export interface EarlyCheck {
  /** Looks at a row as it is written, and throws where it ends a pass early for no reason. */
  look(written: Written): void;
  /** Somebody has a credential before them: from now on it is to work. */
  received(credential: Credential): void;
  /** Looks at what works in a cluster, and throws where what somebody has in hand does not. */
  see(eye: Eye, accepted: readonly Accepted[]): void;
}

/** Takes the parts; returns what looks for passes that do not last. */
export function createEarlyCheck(parts: EarlyParts): EarlyCheck {
  const { book, forgotAt, now, clockDoubtMs, hasReached } = parts;
  /** The newest credential that somebody has, by grant. */
  const inHand = new Map<string, { readonly n: number; readonly cluster: string }>();
  return {
    look(written) {
      const { row, at } = written;
      if (row.grant === null) return;
      // Before the next one is made, the one before ends.
      if (["deliveryAsked", "ending", "ended"].includes(row.what)) inHand.delete(row.grant);
      const approved = row.what === "ending" ? book.approved.get(row.grant) : undefined;
      // What was approved once more, since Redis forgot it, has another end than what was made of it before.
      if (approved === undefined || approved.times > 1 || at >= approved.end - clockDoubtMs() - CUT_MS) return;
      const why = row.detail.why as EndReason;
      if (hasReason(parts, approved, written, why)) return;
      const early = ((approved.end - at) / 1000).toFixed(1);
      throw new Violation("I7", `grant ${row.grant} was ended ${early} s before its end (${why}), for no reason`);
    },
    received({ grant, n }) {
      const newest = Math.max(
        0,
        ...book.of(grant).map(({ row }) => (row.what === "deliveryAsked" ? Number(row.detail.n) : 0)),
      );
      const approved = book.approved.get(grant);
      if (approved === undefined || newest > n || book.of(grant).some(({ row }) => row.what === "ending")) return;
      inHand.set(grant, { n, cluster: wishOf(parts, approved).cluster });
    },
    see(eye, accepted) {
      for (const [grant, { n, cluster }] of inHand) {
        const { end = 0, at = 0, times = 0, namespaces = [] } = book.approved.get(grant) ?? {};
        if (cluster !== eye.cluster.id || accepted.some((one) => one.grant === grant && one.n === n && one.isLive))
          continue;
        inHand.delete(grant);
        // By a wrong time a worker may hold a delivery's check for due.
        const isMisled = now() <= misledUntil(parts, cluster) + UNDER_WAY_MS;
        const isExcused = hasReached({ grant, cluster, namespaces }) || forgotAt() >= at || times > 1 || isMisled;
        if (isExcused || now() >= end - clockDoubtMs() - CUT_MS) continue;
        throw new Violation("I7", `the credential ${n} of grant ${grant} works no more, and nothing ended that pass`);
      }
    },
  };
}

function hasReason(parts: EarlyParts, approved: Approved, written: Written, why: EndReason): boolean {
  if (parts.isQuiet()) return clicked(parts, approved.grant, written.row.by);
  return wasEnding(parts, written) || isReason(parts, approved, why, written.row.by);
}

/** Of what Redis went back on the access is gone or going already, whatever the record says and a worker finds of it. */
function wasEnding({ book, forgotAt }: EarlyParts, { row, entry }: Written): boolean {
  const before = row.grant === null ? [] : book.of(row.grant);
  return before.some((one) => one.row.what === "ending" && one.entry !== entry && one.at <= forgotAt());
}

function clicked({ memory }: EarlyParts, grant: string, by: string | null): boolean {
  return by !== null && memory.endings.get(grant)?.has(by) === true;
}

/**
 * When a worker last went by the wrong time by which it was started, and had nobody to tell it better: only then may it
 * take an end for past. Redis and one cluster together tell it before it ends anything, where it reaches both.
 */
function misledUntil({ excuses }: EarlyParts, cluster: string): number {
  const misled = Math.min(excuses.until([TIME_OF_WORKERS]), excuses.until(["redis", cluster]));
  return Math.max(misled, excuses.until([timeOfWhoLacks(cluster)]));
}

/** Whether something of the world stands behind the reason that a row names for an ending. */
function isReason(parts: EarlyParts, approved: Approved, why: EndReason, by: string | null): boolean {
  const { excuses, people, forgotAt, now } = parts;
  const wish = wishOf(parts, approved);
  const { cluster } = wish;
  const hasReached = () => parts.hasReached({ ...approved, cluster });
  const hasForgotten = forgotAt() >= approved.at;
  const isMisled = now() <= misledUntil(parts, cluster) + UNDER_WAY_MS;
  switch (why) {
    case "released":
    case "revoked":
      return clicked(parts, approved.grant, by);
    case "expired":
      return isMisled;
    case "timerUnarmed":
      return hasReached() || excuses.until([cluster, controllersOf(cluster)]) >= approved.at;
    case "roleChanged":
      return roleChangedSince(parts, approved, wish);
    case "namespaceDeleted":
      return hasReached();
    case "clusterRefused":
      // A timer that arrives late would count past the end, and is not taken for the pass' own.
      return hasReached() || excuses.until([cluster]) >= approved.at;
    case "changedByHand":
      // What one worker took away by a wrong time, with Redis away, another one finds changed.
      return hasReached() || hasForgotten || isMisled;
    case "notAllowedAnyMore":
      return hasReached() || hasForgotten || people.wereBarred(wish, approved.people, now() - approved.at);
    case "clusterSilent":
      return isMisled || wasKept(parts, approved, wish);
  }
}

/** A yes is kept for half an hour while something keeps its pass from being made, and that is so still, or was just now. */
function wasKept({ excuses, people, now, clockDoubtMs }: EarlyParts, { end }: Approved, { cluster, seconds }: Wish) {
  const wanted = end - seconds * 1000;
  const trouble = excuses.until([cluster, "workers", "redis", "bots", CLOCKS_APART]);
  const isStill = people.hadNoPolicy(UNDER_WAY_MS) || now() <= trouble + UNDER_WAY_MS;
  return isStill && now() >= wanted + KEPT_MS - clockDoubtMs() - CUT_MS;
}

/** Whoever asks later asks for the role as it is by then: workers read it every half minute, and some time after a trouble. */
function roleChangedSince({ book, excuses, people, rolesChangedAt }: EarlyParts, { request }: Approved, wish: Wish) {
  const changedAt = rolesChangedAt.get(`${wish.cluster} ${people.role(wish.profile)}`);
  const askedAt = book.asked.get(request)?.at ?? 0;
  const trouble = excuses.until([wish.cluster, "workers", "redis"]);
  return changedAt !== undefined && askedAt <= Math.max(changedAt, trouble) + FACTS_MS + AFTER_TROUBLE_MS;
}
