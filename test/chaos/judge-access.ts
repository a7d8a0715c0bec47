/** Whether access ended when it had to, by those who look from outside. */
import { z } from "zod";
import { BOUNDS, type Case } from "./case.ts";
import type { Seen } from "./eye.ts";
import { type Observed, tokenIn } from "./observe.ts";
import type { Probe } from "./probes.ts";
import { wasLent } from "./was-lent.ts";

/** What those who looked from outside saw of one case. */
export interface AccessJudged {
  /** Access may last so long past its end, or past the answered press that ends it early, for what was at work then. */
  readonly boundMs: number;
  /** From then to the first refusal that lasted, the worst of all tokens, in milliseconds; null where none was held. */
  readonly lagMs: number | null;
  /** What the machine itself added (see probe-process.ts), which counts on top of the bound; see `isStalled`. */
  readonly stallMs: number;
  readonly violations: readonly string[];
}

/** The API server honours a token for 10 s after its Secret is gone; promise P1 rounds that up. */
const FORMER_MS = 11_000;
/** What the watch and a probe's round may be off by. */
const EARLY_MS = 250;

/**
 * What a machine may add to a bound. Whatever keeps answers for longer may be Daypass' own load, and excuses nothing: such a
 * case has shown nothing, neither that access ended in time nor that it did not.
 */
const MOST_STALL_MS = 1_000;

/** Takes by how much answers came late in a case; returns whether that is too much for it to count as met. */
export function isStalled(stallMs: number): boolean {
  return stallMs > MOST_STALL_MS;
}

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
  return {
    ...{ boundMs, lagMs, stallMs },
    violations: [
      ...open.map(({ whose }) => `the ${whose} token is never refused`),
      ...(lagMs !== null && lagMs > boundMs + stallMs
        ? [
            `let in ${say(lagMs)} after ${due === end ? "the end" : "the press that ended it"}; ${words(boundMs, stallMs)}`,
          ]
        : []),
      ...(one.allows.early === true ? [] : refusedAhead(observed, end)),
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

/**
 * Each kubeconfig works until the end, until somebody presses what ends it early, or until a newer delivery is made; the
 * grant's identity, which no delivery is bound to, until the first two. No case strikes a bot in a pass so long that a
 * receipt which it could not write down (45 s, src/workflows/delivery-ports.ts) would end one.
 */
function refusedAhead({ probes, played, objects }: Observed, end: number): string[] {
  const over = Math.min(end, played.endPressedAt ?? end) - EARLY_MS;
  const ahead = (what: string, at: number | null) =>
    at !== null && at < over ? [`${what} is refused ${say(over + EARLY_MS - at)} before the end`] : [];
  const minted = probes.filter(({ whose }) => whose === "minted").flatMap((probe) => refusedFor(probe) ?? []);
  const own = probes.filter(({ whose }) => whose === "own");
  const newerBy = (n: number, at: number) =>
    objects.some(({ kind, name, from }) => kind === "Secret" && deliveryIn(name) > n && from <= at);
  return [
    ...(minted.length === 0 ? [] : ahead("the grant's identity", Math.max(...minted))),
    ...played.kubeconfigs.flatMap(({ text }, i) => {
      const at = own[i] === undefined ? null : refusedFor(own[i]);
      return at === null || newerBy(deliveryIn(secretIn(tokenIn(text))), at) ? [] : ahead(`kubeconfig ${i + 1}`, at);
    }),
  ];
}

/** Takes a delivery's Secret's name; returns its number, 0 for the trial's. */
function deliveryIn(secret: string): number {
  return Number(/-d(\d+)$/.exec(secret)?.[1] ?? 0);
}

const Claims = z.object({ "kubernetes.io": z.object({ secret: z.object({ name: z.string() }) }) });

/** Takes a token; returns the name of the Secret that it is bound to. */
function secretIn(token: string): string {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return Claims.parse(JSON.parse(claims))["kubernetes.io"].secret.name;
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

/** What nobody tried has not been seen to end. A binding is made beside its account; without that there is nothing to try. */
function nobodyLooked({ grant, objects, probes }: Observed): string[] {
  const isOnRecord = wasLent(grant);
  const accounts = objects.filter(({ kind }) => kind === "ServiceAccount");
  const wasBound = objects.some(
    (one) => one.kind === "RoleBinding" && accounts.some((account) => togetherMs(one, account) > 3_000),
  );
  return (isOnRecord || wasBound) && probes.every(({ answers }) => answers.length === 0)
    ? ["nobody looked: it was active, and no token of it was ever tried from outside"]
    : [];
}

/** Takes an account and a binding; returns for how long both of one grant were there, 0 where they are of two. */
function togetherMs(one: Seen, other: Seen): number {
  const now = Date.now();
  const until = Math.min(one.until ?? now, other.until ?? now);
  return one.grant === other.grant ? Math.max(0, until - Math.max(one.from, other.from)) : 0;
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
