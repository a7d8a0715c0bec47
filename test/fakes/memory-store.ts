import { type Grant, isLive } from "../../src/workflows/grant.ts";
import type { History } from "../../src/workflows/history.ts";
import { dueAt } from "../../src/workflows/next-step.ts";
import type { Millis } from "../../src/workflows/person.ts";
import type { Commit, DeliveryCheck, Due, LedgerRow, Store, Telling, Write } from "../../src/workflows/ports.ts";
import type { Request } from "../../src/workflows/request.ts";

/** The store in memory, and what it would have handed to the outbox and the ledger. */
export interface MemoryStore extends Store {
  readonly tellings: readonly Telling[];
  readonly rows: readonly LedgerRow[];
}

/** Returns an empty store in memory. What comes out is a copy, as it would be from Redis. */
export function createMemoryStore(): MemoryStore {
  const records = {
    request: new Map<string, Request>(),
    grant: new Map<string, Grant>(),
    history: new Map<string, History>(),
  };
  const tellings: Telling[] = [];
  const rows: LedgerRow[] = [];
  const checks = new Map<string, DeliveryCheck & { readonly at: Millis }>();
  const nameOf = ({ id, grant, n }: DeliveryCheck) => `${n} ${grant} ${id}`;
  /** Returns whether it is due still, or nothing must be. */
  const settleOwed = (owed: Commit["owed"]) => {
    if (owed === undefined) return true;
    const name = nameOf(owed.check);
    return owed.settles ? checks.delete(name) : checks.has(name);
  };
  const all = (): { due: Due; at: Millis | null }[] => [
    ...(["request", "grant"] as const).flatMap((kind) =>
      [...records[kind].values()].map((record) => ({ due: { kind, id: record.id }, at: dueAt(record) })),
    ),
    ...[...checks.values()].map(({ at, ...check }) => ({ due: { kind: "check", ...check } as const, at })),
  ];
  return {
    tellings,
    rows,
    request: async (id) => structuredClone(records.request.get(id) ?? null),
    grant: async (id) => structuredClone(records.grant.get(id) ?? null),
    history: async (id) => structuredClone(records.history.get(id) ?? null),
    commit: async (commit) => {
      const isHeld = ({ kind, expected, next }: Write) => (records[kind].get(next.id)?.version ?? null) === expected;
      if (!(commit.writes.every(isHeld) && settleOwed(commit.owed))) return "raced";
      for (const write of structuredClone(commit.writes)) {
        if (write.kind === "request") records.request.set(write.next.id, write.next);
        else if (write.kind === "grant") records.grant.set(write.next.id, write.next);
        else records.history.set(write.next.id, write.next);
      }
      tellings.push(...structuredClone(commit.tellings));
      rows.push(...structuredClone(commit.rows));
      for (const check of commit.checks ?? []) checks.set(nameOf(check), structuredClone(check));
      return "saved";
    },
    live: async () => ({
      requests: structuredClone([...records.request.values()].filter((request) => request.state === "pending")),
      grants: structuredClone([...records.grant.values()].filter(isLive)),
    }),
    due: async (now, limit) =>
      all()
        .map(({ due, at }) => ({ due, at: at ?? Number.POSITIVE_INFINITY }))
        .filter(({ at }) => at <= now)
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
        .map(({ due }) => due),
    checkDueAt: async (check) => checks.get(nameOf(check))?.at ?? null,
    settleCheck: async (check) => {
      checks.delete(nameOf(check));
    },
  };
}
