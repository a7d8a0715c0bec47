import type { LedgerRow } from "../../../src/workflows/ports.ts";

/** A row that some process wrote for the ledger, at the true time at which Redis had it. */
export interface Written {
  readonly entry: string;
  readonly row: LedgerRow;
  readonly at: number;
  /** Redis forgot it before it was drained: nobody can know of it any more. */
  isLost: boolean;
}

/** What was approved, as its own rows say; each is held against what was asked for when it is written (approvals.ts). */
export interface Approved {
  readonly grant: string;
  readonly request: string;
  readonly by: string | null;
  /** Whose yes it was. */
  readonly people: readonly string[];
  readonly end: number;
  readonly at: number;
  /** Where it may be bound. */
  readonly namespaces: readonly string[];
  readonly written: Written;
  /** How often: a failover may undo a decision, and the one that is made anew has another end. */
  readonly times: number;
}

/** Every row that was ever written, whatever became of it. It is the oracle's own memory: nothing is ever lost in it. */
export interface Book {
  readonly all: readonly Written[];
  /** Rows by grant. */
  of(grant: string): readonly Written[];
  /** The last row of this kind about a grant. */
  last(grant: string, what: string): Written | undefined;
  /**
   * The first row of this kind since a grant was approved last, that Redis did not lose: where a failover undid a decision
   * that nobody was told of, and all that came of it, the request may be decided again, and its grant has its name again.
   */
  current(grant: string, what: string): Written | undefined;
  readonly approved: ReadonlyMap<string, Approved>;
  /** The request as it was asked for, by its id. */
  readonly asked: ReadonlyMap<string, Written>;
  /** Whether a request was decided, withdrawn, or lapsed. */
  isClosed(request: string): boolean;
  /** The row of that entry; undefined where it was never written. */
  find(entry: string): Written | undefined;
  write(entry: string, row: LedgerRow, at: number): Written;
}

/** Of a row that says that something was approved. */
interface Detail {
  readonly end: number;
  readonly grants: readonly string[];
  readonly people: readonly string[];
  readonly lent: { readonly namespaces: readonly string[] };
}

/** What a row says that answers a request. */
export const CLOSING: ReadonlySet<string> = new Set(["approved", "denied", "withdrawn", "lapsed"]);

/** Returns an empty book. */
export function openBook(): Book {
  const all: Written[] = [];
  const entries = new Map<string, Written>();
  const byGrant = new Map<string, Written[]>();
  const approved = new Map<string, Approved>();
  const asked = new Map<string, Written>();
  const closed = new Set<string>();
  return {
    all,
    approved,
    asked,
    of: (grant) => byGrant.get(grant) ?? [],
    last: (grant, what) => byGrant.get(grant)?.findLast(({ row }) => row.what === what),
    current: (grant, what) => {
      const since = approved.get(grant)?.at ?? 0;
      return byGrant.get(grant)?.find(({ row, at, isLost }) => row.what === what && at >= since && !isLost);
    },
    isClosed: (request) => closed.has(request),
    find: (entry) => entries.get(entry),
    write(entry, row, at) {
      const written: Written = { entry, row, at, isLost: false };
      all.push(written);
      entries.set(entry, written);
      if (row.grant !== null) {
        const rows = byGrant.get(row.grant);
        if (rows === undefined) byGrant.set(row.grant, [written]);
        else rows.push(written);
      }
      if (CLOSING.has(row.what)) closed.add(row.request);
      if (row.what === "asked") asked.set(row.request, written);
      if (row.what === "approved") {
        const { end, grants, people, lent } = row.detail as unknown as Detail;
        for (const grant of grants) {
          approved.set(grant, {
            grant,
            request: row.request,
            by: row.by,
            people,
            end,
            at,
            namespaces: lent.namespaces,
            written,
            times: (approved.get(grant)?.times ?? 0) + 1,
          });
        }
      }
      return written;
    },
  };
}
