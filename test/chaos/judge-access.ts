/** Whether access ended when it had to, by those who look from outside. */
import { BOUNDS, type Case } from "./case.ts";
import type { Observed } from "./observe.ts";
import type { Probe } from "./probes.ts";

/** What those who looked from outside saw of one case. */
export interface AccessJudged {
  /** Access may last so long past its end, or past the answered press that ends it early, for what was at work then. */
  readonly boundMs: number;
  /** From then to the first refusal that lasted, the worst of all tokens, in milliseconds; null where none was held. */
  readonly lagMs: number | null;
  /** What the machine itself added (see probe-process.ts), which counts on top of the bound. */
  readonly stallMs: number;
  readonly violations: readonly string[];
}

/** The API server honours a token for 10 s after its Secret is gone; promise P1 rounds that up. */
const FORMER_MS = 11_000;
/** What the watch and a probe's round may be off by. */
const EARLY_MS = 250;

/** Takes a case and what was observed; returns how late access ended, and what is to be said against it. */
export function judgeAccess(one: Case, observed: Observed): AccessJudged {
  const { probes, end, endOnRecord, logged, played } = observed;
  const boundMs = boundOf(one, observed);
  const stallMs = Math.max(0, ...probes.map((probe) => probe.answers.at(-1)?.stallMs ?? 0));
  if (end === null) {
    return { boundMs, lagMs: null, stallMs, violations: probes.length > 0 ? ["access without an end"] : [] };
  }
  const due = Math.min(end, played.endAnsweredAt ?? end);
  const refusals = probes.flatMap((probe) => refusedFor(probe) ?? []);
  const open = probes.filter((probe) => probe.answers.length > 0 && refusedFor(probe) === null);
  const lagMs = refusals.length === 0 ? null : Math.max(...refusals, logged?.allowedAt ?? 0) - due;
  const aheadMs = Math.min(end, played.endPressedAt ?? end) - Math.max(...refusals);
  const isEarly = refusals.length > 0 && aheadMs > EARLY_MS && one.allows.early !== true;
  return {
    ...{ boundMs, lagMs, stallMs },
    violations: [
      ...open.map(({ whose }) => `the ${whose} token is never refused`),
      ...(lagMs !== null && lagMs > boundMs + stallMs
        ? [
            `let in ${say(lagMs)} after ${due === end ? "the end" : "the press that ended it"}; ${words(boundMs, stallMs)}`,
          ]
        : []),
      ...(isEarly ? [`refused ${say(aheadMs)} before the end`] : []),
      ...(endOnRecord !== null && endOnRecord !== end
        ? [`its end in the cluster is not the one that was approved`]
        : []),
      ...formerAlive(observed, due, stallMs),
      ...nobodyLooked(observed),
      ...grantedMeanwhile(observed),
    ],
  };
}

function boundOf({ boundMs, early }: Case, { worksAtEnd, played, healedAt, end }: Observed): number {
  const atEnd = worksAtEnd ? boundMs : Math.max(boundMs, BOUNDS.timer);
  const { endAnsweredAt } = played;
  if (early === undefined || endAnsweredAt === null || end === null || endAnsweredAt >= end) return atEnd;
  const trouble = early.from === "healed" ? Math.max(0, healedAt - endAnsweredAt) : 0;
  // Its own end ends it all the same.
  return Math.min(trouble + early.ms, end - endAnsweredAt + atEnd);
}

/** When the refusals began after which nothing else came; null where the last word is another. */
function refusedFor({ answers }: Probe): number | null {
  const last = answers.at(-1);
  return last?.verdict === "refused" ? last.at : null;
}

/** Once the next kubeconfig is shown, the one before is nobody's any more. */
function formerAlive({ played, probes }: Observed, due: number, stallMs: number): string[] {
  const own = probes.filter(({ whose }) => whose === "own");
  return played.kubeconfigs.slice(1).flatMap(({ at }, i) => {
    const [latest, probe] = [at + FORMER_MS + stallMs, own[i]];
    if (probe === undefined || due < latest) return [];
    const refusedAt = refusedFor(probe);
    if (refusedAt !== null && refusedAt <= latest) return [];
    const for_ = refusedAt === null ? "always" : `for ${say(refusedAt - at)}`;
    return [`kubeconfig ${i + 1} is let in ${for_} after kubeconfig ${i + 2} was shown`];
  });
}

/** What nobody tried has not been seen to end. */
function nobodyLooked({ grant, objects, probes }: Observed): string[] {
  const isOnRecord =
    grant !== null && (grant.state === "active" || (grant.state !== "making" && grant.activeAt !== null));
  const wasBound = objects.some(
    ({ kind, from, until }) => kind === "RoleBinding" && (until ?? Date.now()) > from + 3_000,
  );
  return (isOnRecord || wasBound) && probes.every(({ answers }) => answers.length === 0)
    ? ["nobody looked: it was active, and no token of it was ever tried from outside"]
    : [];
}

function grantedMeanwhile({ objects, forbidden }: Observed): string[] {
  if (forbidden === null) return [];
  const { from, to } = forbidden;
  return objects
    .filter((one) => one.kind === "AccessGrant" && one.from > from && one.from < to)
    .map(({ name }) => `${name} was granted while nothing may be`);
}

function words(boundMs: number, stallMs: number): string {
  return `the bound is ${say(boundMs)}, and the machine stalled ${say(stallMs)}`;
}

/** Takes milliseconds; returns them in words. */
export function say(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
