import { readFileSync } from "node:fs";
import { listSegments, verifyLedger } from "../../src/jobs/ledger-segments.ts";
import type { Case } from "./case.ts";
import type { Observed } from "./observe.ts";
import { wasLent } from "./was-lent.ts";

/**
 * Takes a case, what was observed and the ledger's folder; returns what is wrong with it: the chain holds, and of each
 * pass it says once that it was asked for, approved, active and ended. It is on disk: a flush of Redis takes nothing of
 * what was drained by then.
 */
export async function judgeLedger({ allows }: Case, observed: Observed, folder: string): Promise<string[]> {
  const { request, grant, flushed } = observed;
  const checked = await verifyLedger(folder);
  if (!checked.ok) return [`the ledger is broken: ${checked.file} line ${checked.line} ${checked.why}`];
  if (request === null) return [];
  const rows: { what: string }[] = (await listSegments(folder))
    .flatMap(({ path }) => readFileSync(path, "utf8").split("\n"))
    .filter((line) => line.includes(request.id))
    .map((line) => JSON.parse(line));
  const times = (what: string) => rows.filter((row) => row.what === what).length;
  const lived = wasLent(grant);
  const wanted = [
    "asked",
    ...(request.state === "approved" ? ["approved", ...(lived ? ["active"] : []), "ended"] : []),
    ...(allows.forgotten === "rebuilt" ? ["rebuilt"] : []),
  ];
  const mayMiss = new Set([...(flushed?.undrained ?? []), ...(allows.forgotten === "gone" ? ["ended"] : [])]);
  return ["asked", "approved", "active", "ended", "rebuilt"].flatMap((what) => {
    const [least, most] = [wanted.includes(what) && !mayMiss.has(what) ? 1 : 0, 1];
    const found = times(what);
    return found >= least && found <= most ? [] : [`the ledger says “${what}” ${found} times`];
  });
}
