import { type Entered, LedgerFault, type LedgerFolder, type openLedgerFolder } from "../../src/jobs/ledger-folder.ts";
import type { Gate } from "./gate.ts";

/** The ledger's place in memory: one for all processes, as a folder is. */
export interface MemoryLedger {
  /** What stands there, in order, with the entries in Redis it came from. */
  readonly written: readonly Entered[];
  /** Takes what a process' calls pass through; returns what opens the place for it, for src/jobs/ledger.ts. */
  opener(gate: Gate): typeof openLedgerFolder;
}

/** Returns an empty place. What came in is a copy, as it would be on a disk. */
export function createMemoryLedger(): MemoryLedger {
  const written: Entered[] = [];
  const call = (what: string) => ({ to: "ledger", what, broken: () => new Error("EIO: i/o error, write") });

  const openAt = (gate: Gate): LedgerFolder => {
    const remembered = new Set(written.map(({ entry }) => entry));
    let size = written.length;
    const write = (entered: readonly Entered[]) => {
      if (size !== written.length) throw new LedgerFault("somebody else wrote to the ledger in memory");
      written.push(...structuredClone(entered));
      size = written.length;
      for (const { entry } of entered) remembered.add(entry);
    };
    return {
      has: (entry) => remembered.has(entry),
      append: (entered) => {
        const words = entered.map(({ row }) => row.what).join(", ");
        return gate(call(`append ${words}`), () => write(entered));
      },
    };
  };
  return { written, opener: (gate) => () => gate(call("open"), () => openAt(gate)) };
}
