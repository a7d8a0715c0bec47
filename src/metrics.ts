import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Debt } from "./workflows/ending-ports.ts";
import type { EndReason } from "./workflows/grant.ts";
import type { Events } from "./workflows/ports.ts";

/** What stands for every value that is in no list: a label can take only so many, whatever happens. */
const OTHER = "other";
/** A record and not a list: a reason that is missing here does not compile. */
const REASONS: Readonly<Record<EndReason, true>> = {
  ...{ expired: true, released: true, revoked: true, timerUnarmed: true, roleChanged: true, namespaceDeleted: true },
  ...{ changedByHand: true, notAllowedAnyMore: true, clusterSilent: true, clusterRefused: true },
};
/** Around what is promised: 1 s in health, 15 s by sweep or timer, 60 s until it is debt. */
const LAG_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300, 1_800, 7_200];
/** The event loop's delay is sampled so often; prom-client's 10 ms would take an idle process 0.35 % of a core (measured). */
const LOOP_SAMPLE_MS = 100;

type Fields = Parameters<Events["happened"]>[1];

export interface MetricsParts {
  /** The ids of all clusters: no other becomes a label. */
  readonly clusters: readonly string[];
  /** What is overdue, asked at each scrape. */
  readonly debts: () => readonly Debt[];
  readonly now: () => number;
}

export interface Metrics {
  /** Counts what happened. Takes what `Events.happened` takes. */
  heard(what: string, fields: Fields): void;
  /** Counts a failure. Takes what `Events.failed` takes. */
  heardFailure(fields: Fields): void;
  /** Returns all of them in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Returns a worker's metrics, the process's own among them, in a registry of their own. */
export function createMetrics({ clusters, debts, now }: MetricsParts): Metrics {
  const registry = new Registry();
  const [ids, clocks, ends] = [new Set(clusters), new Set(["redis", ...clusters]), new Set(Object.keys(REASONS))];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
  addDebtGauges(registry, ids, debts, now);
  const counts = createCounts(registry);
  for (const cluster of clusters) counts.failures.inc({ cluster }, 0);
  for (const reason of ends) counts.ended.inc({ reason }, 0);
  const heard: Readonly<Record<string, (fields: Fields) => void>> = {
    ended: ({ why, lagMs }) => {
      counts.ended.inc({ reason: among(ends, why) });
      if (isNumber(lagMs)) counts.lag.observe(Math.max(0, lagMs) / 1000);
    },
    "endings only": () => counts.endingsOnly.set(1),
    "granting again": () => counts.endingsOnly.set(0),
    "clock skew": ({ against, skewMs }) => {
      if (isNumber(skewMs)) counts.skew.set({ against: among(clocks, against) }, skewMs / 1000);
    },
  };
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    heard: (what, fields) => {
      if (Object.hasOwn(heard, what)) heard[what]?.(fields);
    },
    heardFailure: ({ cluster }) => {
      if (cluster !== undefined) counts.failures.inc({ cluster: among(ids, cluster) });
    },
  };
}

/** Takes events and metrics; returns events that are counted too. Whatever becomes of the counting, they are told. */
export function withMetrics(events: Events, metrics: Metrics): Events {
  return {
    happened: (what, fields) => {
      events.happened(what, fields);
      safely(() => metrics.heard(what, fields));
    },
    failed: (what, fields, cause) => {
      events.failed(what, fields, cause);
      safely(() => metrics.heardFailure(fields));
    },
  };
}

function createCounts(registry: Registry) {
  const registers = [registry];
  const counted = (name: string, help: string, label: string) =>
    new Counter({ name: `daypass_${name}`, help, labelNames: [label], registers });
  return {
    ended: counted("grants_ended_total", "Endings that the cluster confirmed, by why access ended.", "reason"),
    failures: counted("cluster_failures_total", "Work on a cluster that failed and is tried again.", "cluster"),
    lag: new Histogram({
      ...{ name: "daypass_end_lag_seconds", buckets: LAG_BUCKETS, registers },
      help: "From the moment access should end until the cluster was seen to refuse.",
    }),
    endingsOnly: new Gauge({
      ...{ name: "daypass_endings_only", registers },
      help: "1 while nothing is granted because that is not safe; why is in the log.",
    }),
    skew: new Gauge({
      ...{ name: "daypass_clock_skew_seconds", labelNames: ["against"], registers },
      help: "How far another clock is ahead of this worker's: Redis or a cluster, as last seen.",
    }),
  };
}

/** Read at each scrape, since what is overdue grows older by itself. */
function addDebtGauges(
  registry: Registry,
  clusters: ReadonlySet<string>,
  debts: MetricsParts["debts"],
  now: () => number,
): void {
  new Gauge({
    name: "daypass_endings_overdue",
    help: "Endings that are overdue by a minute or more, as this worker knows.",
    labelNames: ["cluster"],
    registers: [registry],
    collect() {
      this.reset();
      for (const cluster of clusters) this.set({ cluster }, 0);
      for (const { cluster } of debts()) this.inc({ cluster: among(clusters, cluster) });
    },
  });
  new Gauge({
    name: "daypass_oldest_overdue_seconds",
    help: "How long ago the oldest of them should have been done; 0 where none is overdue.",
    registers: [registry],
    collect() {
      this.set(debts().reduce((oldest, { since }) => Math.max(oldest, (now() - since) / 1000), 0));
    },
  });
}

function among(known: ReadonlySet<string>, value: unknown): string {
  return typeof value === "string" && known.has(value) ? value : OTHER;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** A metric that cannot be counted must not cost an ending; prom-client throws only where this file is wrong. */
function safely(count: () => void): void {
  try {
    count();
  } catch {
    // Nobody can be told but by the events that are being counted here.
  }
}
