import type { Debt, Pager } from "../../src/workflows/ending-ports.ts";
import type { Access, Alarms } from "../../src/workflows/ports.ts";

/** Alarms that ring when a test says so. */
export interface MemoryAlarms extends Alarms {
  /** What is set, by grant. */
  waiting(): ReadonlyMap<string, { readonly access: Access; readonly afterMs: number }>;
}

/** Returns alarms of which none is set. */
export function createMemoryAlarms(): MemoryAlarms {
  const alarms = new Map<string, { access: Access; afterMs: number }>();
  return {
    set: (access, afterMs) => {
      const former = alarms.get(access.id);
      if (former !== undefined && former.access.end + former.afterMs <= access.end + afterMs) return;
      alarms.set(access.id, { access, afterMs });
    },
    forget: (grant) => void alarms.delete(grant),
    waiting: () => alarms,
  };
}

/** A pager that remembers what is owed. */
export interface MemoryPager extends Pager {
  owed(): ReadonlyMap<string, Debt>;
}

/** Returns a pager to which nothing is owed. */
export function createMemoryPager(): MemoryPager {
  const debts = new Map<string, Debt>();
  return {
    overdue: (debt) => void debts.set(debt.grant, debt),
    settled: (grant) => void debts.delete(grant),
    owed: () => debts,
  };
}
