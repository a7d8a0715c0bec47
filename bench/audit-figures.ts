/** What the API server's own log says: when a grant was proven, and how many calls a grant takes. */
import { objectName, userName } from "../src/provisioner/objects.ts";
import type { Access } from "../src/workflows/ports.ts";
import type { AuditEvent } from "../test/workbench/kubernetes/audit-log.ts";

const WORKER = "system:serviceaccount:daypass-system:worker";
const IDENTITIES = userName("g-");

/** By these the log tells the bench's own calls from the worker's, whose identity they are made with. */
export const AGENTS = { limit: "daypass-bench-limit", bare: "daypass-bench-bare" } as const;

type Named = Pick<Access, "id" | "end">;
type Fields = Pick<AuditEvent, "user" | "userAgent" | "objectRef" | "stageTimestamp" | "requestReceivedTimestamp">;

/** Takes an audit timestamp; returns it in milliseconds with the fractions that `Date.parse` cuts off. */
export function parseMicros(timestamp: string): number {
  const fraction = /\.(\d+)Z$/.exec(timestamp)?.[1] ?? "0";
  return Math.floor(Date.parse(timestamp) / 1000) * 1000 + Number(`0.${fraction}`) * 1000;
}

/** Takes the log; returns when a grant's identity got the last answer about itself: by then the grant is proven. */
export function provenAt(events: readonly Fields[]): (grant: Named) => number {
  const reviews = events.filter(({ objectRef }) => objectRef?.resource === "selfsubjectaccessreviews");
  const last = lastBy(reviews, ({ user }) => user.username);
  return (grant) => known(last, userName(objectName(grant)));
}

/** Takes the log; returns when the last token of a grant's account was minted. */
export function mintedAt(events: readonly Fields[]): (grant: Named) => number {
  const mintings = events.filter(
    ({ objectRef }) => objectRef?.resource === "serviceaccounts" && objectRef.subresource === "token",
  );
  const last = lastBy(mintings, ({ objectRef }) => objectRef?.name ?? "");
  return (grant) => known(last, objectName(grant));
}

function lastBy(events: readonly Fields[], keyOf: (event: Fields) => string): Map<string, number> {
  const last = new Map<string, number>();
  for (const event of events) {
    const [key, at] = [keyOf(event), parseMicros(event.stageTimestamp)];
    last.set(key, Math.max(at, last.get(key) ?? 0));
  }
  return last;
}

function known(last: ReadonlyMap<string, number>, key: string): number {
  const at = last.get(key);
  if (at === undefined) throw new Error(`the audit log knows nothing of ${key}`);
  return at;
}

/** Calls by who made them. */
export interface Calls {
  readonly ours: number;
  readonly limit: number;
  readonly bare: number;
}

/** Takes the log and a stretch of time; returns how many calls each side made in it, those of its trials included. */
export function countCalls(events: readonly Fields[], { from, to }: { from: number; to: number }): Calls {
  const calls = { ours: 0, limit: 0, bare: 0 };
  for (const event of events) {
    const at = parseMicros(event.requestReceivedTimestamp);
    const side = at >= from && at <= to ? sideOf(event) : null;
    if (side !== null) calls[side] += 1;
  }
  return calls;
}

function sideOf({ user: { username }, userAgent }: Fields): keyof Calls | null {
  if (userAgent === AGENTS.limit) return "limit";
  if (userAgent === AGENTS.bare) return "bare";
  return username === WORKER || username.startsWith(IDENTITIES) ? "ours" : null;
}
