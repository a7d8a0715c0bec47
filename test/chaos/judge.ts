import { readFileSync } from "node:fs";
import { listSegments, verifyLedger } from "../../src/jobs/ledger-segments.ts";
import { BOUNDS, type Case } from "./case.ts";
import type { Observed } from "./observe.ts";
import type { Probe } from "./probes.ts";
import { findInWords } from "./words.ts";

/** What one case came to. */
export interface Judged {
  /** What the machine itself added around the end (see probe-process.ts), which counts on top of the bound. */
  readonly stallMs: number;
  /** Access may last so long past its end, for what was at work then. */
  readonly boundMs: number;
  /** From the end to the first refusal that lasted, the worst of all tokens, in milliseconds; null where none was held. */
  readonly lagMs: number | null;
  /** A click that was answered and came to nothing. */
  readonly lostApprovals: number;
  readonly lostWords: number;
  /** Read twice because Slack cannot be asked what it has taken: see docs/testing-chaos.md. */
  readonly doubledWords: number;
  readonly violations: readonly string[];
}

/** Takes a case, what was observed, and where the ledger is; returns what is to be said against it. */
export async function judge(one: Case, observed: Observed, ledger: string): Promise<Judged> {
  const words = findInWords(observed, one.allows);
  const boundMs = observed.worksAtEnd ? one.boundMs : Math.max(one.boundMs, BOUNDS.timer);
  const access = judgeAccess({ ...one, boundMs }, observed);
  const lost = lostApprovals(one, observed);
  return {
    ...{ boundMs, lagMs: access.lagMs, stallMs: access.stallMs },
    lostApprovals: lost.length,
    lostWords: words.lost.length,
    doubledWords: words.doubled.length + words.allowed.length,
    violations: [
      ...(observed.settled === null ? [] : [`not settled: ${observed.settled}`]),
      ...judgePlay(one, observed),
      ...judgeUse(one, observed),
      ...access.violations,
      ...lost,
      ...words.violations,
      ...judgeObjects(observed),
      ...judgeEnd(one, observed),
      ...observed.fallen.map((name) => `${name} ended by itself`),
      ...(await judgeLedger(one, observed, ledger)),
    ],
  };
}

function judgeAccess(
  { boundMs, allows }: Case,
  { probes, end, logged }: Observed,
): { lagMs: number | null; stallMs: number; violations: string[] } {
  if (end === null) return { lagMs: null, stallMs: 0, violations: probes.length > 0 ? ["access without an end"] : [] };
  const stallMs = Math.max(0, ...probes.map((probe) => probe.answers.at(-1)?.stallMs ?? 0));
  const lags = probes.flatMap((probe) => {
    const refusedAt = refusedFor(probe);
    return refusedAt === null ? [] : [refusedAt - end];
  });
  const open = probes.filter((probe) => probe.answers.length > 0 && refusedFor(probe) === null);
  const last = logged?.allowedAt ?? null;
  const lagMs = lags.length === 0 ? null : Math.max(...lags, last === null ? 0 : last - end);
  const early = lags.length > 0 && Math.max(...lags) < -250 && allows.early !== true;
  return {
    ...{ lagMs, stallMs },
    violations: [
      ...open.map(({ whose }) => `the ${whose} token is never refused`),
      ...(lagMs !== null && lagMs > boundMs + stallMs
        ? [`let in ${say(lagMs)} after the end; the bound is ${say(boundMs)}, and the machine stalled ${say(stallMs)}`]
        : []),
      ...(early ? [`refused ${say(-Math.max(...lags))} before the end`] : []),
    ],
  };
}

/** When the refusals began after which nothing else came; null where the last word is another. */
function refusedFor({ answers }: Probe): number | null {
  const last = answers.at(-1);
  return last?.verdict === "refused" ? last.at : null;
}

/** Where a pass works and all is well for so long, whoever presses for its kubeconfig must have it. */
const USABLE_MS = 8_000;

function judgeUse({ allows }: Case, { played, notes, end, healedAt }: Observed): string[] {
  const readyAt = notes.find(({ what }) => what === "post ready")?.at;
  if (played.kubeconfigs.length > 0 || readyAt === undefined || end === null || allows.lostRequest === true) return [];
  return end - Math.max(readyAt, healedAt) < USABLE_MS ? [] : ["nobody could get the kubeconfig though all was well"];
}

/** A case in which nobody got through to a decision has shown nothing. */
function judgePlay({ allows }: Case, { played, request }: Observed): string[] {
  const isDecided =
    played.decided || request?.state === "approved" || (request?.state === "denied" && allows.denied === true);
  return isDecided || allows.refused === true || allows.lostRequest === true ? [] : ["nobody got as far as a yes"];
}

function lostApprovals({ allows }: Case, { played, request, grant, messages }: Observed): string[] {
  if (played.deniedAt !== null && request?.state !== "denied") return ["the no was answered, and it did not count"];
  if (played.approvedAt === null || (request?.state === "denied" && allows.denied === true)) return [];
  if (request === null || request.state !== "approved") {
    return allows.lostRequest === true ? [] : ["the click on Approve was answered, and nothing is approved"];
  }
  if (grant !== null && grant.state === "ended" && grant.activeAt !== null) return [];
  const wasTold = messages.some(({ text }) => /Not granted: /.test(text));
  return wasTold || allows.lostRequest === true
    ? []
    : ["the click on Approve was answered, and nobody was told what became of it"];
}

/** Nothing is left, nothing was there without an intent, and no two people's credentials lived side by side. */
function judgeObjects({ objects, grants, grant, request }: Observed): string[] {
  const left = objects.filter(({ until }) => until === null).map(({ kind, name }) => `${kind} ${name}`);
  const foreign = grants.filter(
    (id) => id !== grant?.id && !(request?.state === "approved" && request.grants.includes(id)),
  );
  const orphans = objects.filter(
    ({ kind, from }) =>
      kind !== "AccessGrant" && !objects.some((one) => one.kind === "AccessGrant" && one.from <= from + 250),
  );
  return [
    ...(left.length > 0 ? [`left behind: ${left.join(", ")}`] : []),
    ...foreign.map((id) => `the cluster held ${id}, which nobody approved`),
    ...orphans.map(({ kind, name }) => `${kind} ${name} was there without an AccessGrant`),
    ...twoAlive(objects),
  ];
}

/** A new delivery ends the one before in the same step; a crash in that step is mended when the next one is asked for. */
const STEP_MS = 5_000;

function twoAlive(objects: Observed["objects"]): string[] {
  const people = objects.filter(({ kind, name }) => kind === "Secret" && !name.endsWith("-d0"));
  return people.flatMap((one) =>
    people
      .filter((next) => next.from > one.from && next.from + STEP_MS < (one.until ?? Date.now()))
      .map((next) => `${one.name} lived on beside ${next.name}`),
  );
}

/** The end is fixed at the click, and a grant that ends before it must be allowed to. */
function judgeEnd({ seconds, allows }: Case, { grant, played, end }: Observed): string[] {
  const found: string[] = [];
  if (grant?.state === "ended" && grant.ending.why !== "expired" && grant.activeAt !== null && allows.early !== true) {
    found.push(`it ended before its end: ${grant.ending.why} ${grant.ending.words ?? ""}`.trimEnd());
  }
  if (end !== null && played.approvedAt !== null && end > played.approvedAt + seconds * 1000 + 3_000) {
    found.push(`its end is ${say(end - played.approvedAt)} after the click, not ${seconds} s`);
  }
  return found;
}

/** The chain holds, and of each grant it says once that it was approved, active and ended. */
async function judgeLedger({ allows }: Case, { request }: Observed, folder: string): Promise<string[]> {
  const checked = await verifyLedger(folder);
  if (!checked.ok) return [`the ledger is broken: ${checked.file} line ${checked.line} ${checked.why}`];
  if (request === null || allows.lostWords === true) return [];
  const rows: { what: string; request: string }[] = (await listSegments(folder))
    .flatMap(({ path }) => readFileSync(path, "utf8").split("\n"))
    .filter((line) => line.includes(request.id))
    .map((line) => JSON.parse(line));
  const wanted = request.state === "approved" ? ["asked", "approved", "ended"] : ["asked"];
  const times = (what: string) => rows.filter((row) => row.what === what).length;
  return [
    ...wanted.filter((what) => times(what) !== 1).map((what) => `the ledger says “${what}” ${times(what)} times`),
    ...(times("active") > 1 ? [`the ledger says “active” ${times("active")} times`] : []),
  ];
}

function say(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
