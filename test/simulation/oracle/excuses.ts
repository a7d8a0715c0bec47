/**
 * When an ending may be late: while something is wrong that it needs, and for a while after. Every fault of a run is
 * noted here as it happens; an invariant's bound begins where the last one of them ended.
 */
export interface Excuses {
  /** Something went wrong with a part (`redis`, `workers`, a cluster's id), over at the given time. */
  note(part: string, until: number): void;
  /** A part is in trouble from now on, until `over`. */
  begin(part: string): void;
  over(part: string): void;
  /** One worker does not reach a part from now on: what needs it is in trouble where no living worker reaches all of that. */
  cut(part: string, worker: string): void;
  /** It reaches the part again. */
  joined(part: string, worker: string): void;
  /**
   * Whether a living worker does not reach one of these parts, whoever else does: the wake that it takes waits for its
   * call's whole deadline, and may be given to it again, until somebody else's sweep comes round.
   */
  isCutFrom(parts: readonly string[]): boolean;
  /** Whether this worker does not reach one of these parts, which others may reach. */
  isCut(worker: string, parts: readonly string[]): boolean;
  /** A worker dies. */
  workerDied(): void;
  /** When workers have died since a moment. */
  deathsSince(at: number): readonly number[];
  /** Whether no fault was ever noted. */
  isNone(): boolean;
  /** When the last trouble of these parts was over: infinity while one lasts, 0 where there was none. */
  until(parts: readonly string[]): number;
}

/** After whatever was wrong is over, what was kept waiting is done within so long. */
export const AFTER_TROUBLE_MS = 15_000;
/** What was under way, or sent by who died since, may arrive so much later. */
export const UNDER_WAY_MS = 60_000;
/** For longer than that nobody believes to hold a lease that another one has (src/jobs/one-at-a-time.ts). */
export const LEASE_MS = 10_000;
/** An API server cuts its times to the second. */
export const CUT_MS = 1_000;

/**
 * A worker goes by its machine's time until it hears Redis': where both are in trouble its alarms ring as wrong as that,
 * and what ends access in time is the cluster's own timer.
 */
export const TIME_OF_WORKERS = "the time of workers";

/** Takes a cluster's id; returns the part of a worker whose own line to it, or to Redis, is down, whatever others hear. */
export function timeOfWhoLacks(cluster: string): string {
  return `the time of a worker that does not reach ${cluster} or Redis`;
}

/** While a worker's clock and Redis' are too far apart, that worker lends nothing (src/jobs/redis-health.ts). */
export const CLOCKS_APART = "clocks that are apart";

/** Where the ledger cannot be read for long, what it would have told is done without it, and later. */
export const LEDGER_AWAY = "a ledger that cannot be read";

/** Takes a cluster's id; returns the part whose trouble keeps what it owns itself, a timer and a Secret, from going. */
export function controllersOf(cluster: string): string {
  return `the controllers of ${cluster}`;
}

/** Takes a cluster's id; returns the part that is in trouble while the cluster forgets its history, so that lists begin anew. */
export function listsOf(cluster: string): string {
  return `the lists of ${cluster}`;
}

/** The longest pause between lists where the thread is lost again and again (src/provisioner/follow.ts). */
const BACK_OFF_MS = 15_000;

/** Takes when a cluster's role was changed; returns from when on that is to be known, as a list tells of it. */
export function listedFrom(excuses: Excuses, cluster: string, changedAt: number): number {
  const forgotAt = excuses.until([listsOf(cluster)]);
  return forgotAt === 0 ? changedAt : Math.max(changedAt, forgotAt + BACK_OFF_MS);
}

/** Takes the time and what tells which workers live; returns no excuses. */
export function createExcuses(now: () => number, living: () => readonly string[]): Excuses {
  /** Who does not reach what, once for each trouble. */
  const cut: { readonly part: string; readonly worker: string }[] = [];
  const isCut = (who: string, parts: readonly string[]) =>
    cut.some(({ part, worker }) => worker === who && parts.includes(part));
  const isUnreached = (parts: readonly string[]) =>
    cut.some(({ part }) => parts.includes(part)) && living().every((worker) => isCut(worker, parts));
  const ended = new Map<string, number>();
  const lasting = new Map<string, number>();
  const note = (part: string, until: number) => void ended.set(part, Math.max(ended.get(part) ?? 0, until));
  const deaths: number[] = [];
  return {
    workerDied: () => void deaths.push(now()),
    deathsSince: (at) => deaths.filter((death) => death >= at),
    isNone: () => ended.size === 0 && lasting.size === 0,
    note,
    begin: (part) => void lasting.set(part, (lasting.get(part) ?? 0) + 1),
    over: (part) => {
      const count = lasting.get(part) ?? 0;
      if (count > 0) lasting.set(part, count - 1);
      note(part, now());
    },
    cut: (part, worker) => void cut.push({ part, worker }),
    joined: (part, who) => {
      // Nothing needs two clusters.
      const others = part === "redis" ? cut.map((one) => one.part) : ["redis"];
      if (others.some((other) => isUnreached([part, other]))) note(part, now());
      const at = cut.findIndex((one) => one.part === part && one.worker === who);
      if (at >= 0) cut.splice(at, 1);
    },
    isCut,
    isCutFrom: (parts) => living().some((worker) => isCut(worker, parts)),
    until: (parts) => {
      let last = 0;
      if (isUnreached(parts)) return Number.POSITIVE_INFINITY;
      for (const part of parts) {
        if ((lasting.get(part) ?? 0) > 0) return Number.POSITIVE_INFINITY;
        last = Math.max(last, ended.get(part) ?? 0);
      }
      return last;
    },
  };
}
