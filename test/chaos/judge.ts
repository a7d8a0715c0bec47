import { judgeBeside } from "./beside.ts";
import type { Case } from "./case.ts";
import { type AccessJudged, judgeAccess, say } from "./judge-access.ts";
import { judgeLedger } from "./judge-ledger.ts";
import type { Observed } from "./observe.ts";
import { wasLent } from "./was-lent.ts";
import { findInWords } from "./words.ts";

/** What one case came to. */
export interface Judged extends AccessJudged {
  /** A click that was answered and came to nothing. */
  readonly lostApprovals: number;
  readonly lostWords: number;
  /** Read twice because Slack cannot be asked what it has taken: see docs/testing-chaos.md. */
  readonly doubledWords: number;
}

/** Takes a case, what was observed, and where the ledger is; returns what is to be said against it. */
export async function judge(one: Case, observed: Observed, ledger: string): Promise<Judged> {
  const words = findInWords(observed, one.allows);
  const access = judgeAccess(one, observed);
  const lost = lostApprovals(one, observed);
  return {
    ...access,
    lostApprovals: lost.length,
    lostWords: words.lost.length,
    doubledWords: words.doubled.length + words.allowed.length,
    violations: [
      ...(observed.settled === null ? [] : [`not settled: ${observed.settled}`]),
      ...judgePlay(one, observed),
      ...judgeUse(one, observed),
      ...unanswered(one, observed, access.stallMs),
      ...access.violations,
      ...lost,
      ...words.violations,
      ...judgeObjects(observed),
      ...judgeEnd(one, observed),
      ...judgeBeside(observed),
      ...observed.fallen.map((name) => `${name} ended by itself`),
      ...(await judgeLedger(one, observed, ledger)),
    ],
  };
}

/** Where a pass works and all is well for so long, whoever presses for its kubeconfig must have it. */
const USABLE_MS = 10_000;

function judgeUse({ kubeconfigs }: Case, { played, notes, end, healedAt }: Observed): string[] {
  const readyAt = notes.find(({ what }) => what === "post ready")?.at;
  const shown = played.kubeconfigs.length;
  const over = Math.min(end ?? 0, played.endPressedAt ?? Number.POSITIVE_INFINITY);
  if (shown >= (kubeconfigs ?? 1) || readyAt === undefined) return [];
  const usableMs = over - Math.max(readyAt, healedAt, played.kubeconfigs.at(-1)?.at ?? 0);
  return usableMs < USABLE_MS ? [] : [`nobody could get kubeconfig ${shown + 1} though all was well`];
}

/** On a machine that stalls for so long, Slack's three seconds may be over whatever the bot does. */
const STALLED_MS = 500;

/** While a bot lives, a press that ends access is answered or refused in words, whatever else is away. */
function unanswered({ early }: Case, { played, notes, strikes }: Observed, stallMs: number): string[] {
  const pressedAt = played.endPressedAt;
  const isStruck = strikes.some(({ who }) => who.startsWith("bot"));
  if (early === undefined || pressedAt === null || isStruck || stallMs > STALLED_MS) return [];
  return notes
    .filter(({ at, who, what }) => at >= pressedAt && /^(noor|lena)$/.test(who) && what.includes(": not answered"))
    .map(({ who, what }) => `${who} ${what}`);
}

/** A case in which nobody got through to a decision has shown nothing, unless it must be so; then they read why. */
function judgePlay({ allows }: Case, { played, request, grant, notes, messages }: Observed): string[] {
  if (allows.refused !== undefined) {
    if (allows.refused === "or granted" && wasLent(grant)) return [];
    const read = [
      ...messages.flatMap((message) => [...message.before, message].map(({ text }) => text)),
      ...notes.filter(({ who }) => /^(lena|ana)$/.test(who)).map(({ what }) => what),
    ];
    return read.some((words) => WHY_NOT[allows.refused ?? "or granted"].test(words)) ? [] : ["nobody read why not"];
  }
  const isDecided =
    played.decided || request?.state === "approved" || (request?.state === "denied" && allows.denied === true);
  return isDecided ? [] : ["nobody got as far as a yes"];
}

/** What people must read where they are refused: which clock is wrong; that it was not granted, or nothing recorded. */
const WHY_NOT = { meanwhile: /clock/, "or granted": /Not granted: |recorded|try again|Try again/ } as const;

function lostApprovals({ allows }: Case, { played, request, grant, messages }: Observed): string[] {
  if (played.deniedAt !== null && request?.state !== "denied") return ["the no was answered, and it did not count"];
  if (played.approvedAt === null || (request?.state === "denied" && allows.denied === true)) return [];
  if (request === null || request.state !== "approved") {
    return ["the click on Approve was answered, and nothing is approved"];
  }
  if (grant !== null && grant.state === "ended" && grant.activeAt !== null) return [];
  // Flushed so late that nothing says how it went on.
  if (allows.forgotten === "gone" && grant?.state === "active") return [];
  return messages.some(({ text }) => /Not granted: /.test(text))
    ? []
    : ["the click on Approve was answered, and nobody was told what became of it"];
}

/** Nothing is left, nothing was there without an intent, and no two people's credentials lived side by side. */
function judgeObjects({ objects, grant, request, healedAt, beside }: Observed): string[] {
  const left = objects.filter(({ until }) => until === null).map(({ kind, name }) => `${kind} ${name}`);
  const foreign = [...new Set(objects.map((one) => one.grant))].filter(
    (id) =>
      id !== grant?.id &&
      beside.every((one) => one.id !== id) &&
      !(request?.state === "approved" && request.grants.includes(id)),
  );
  const intents = objects.filter(({ kind }) => kind === "AccessGrant");
  const orphans = objects.filter(
    ({ kind, from, grant: grantId }) =>
      kind !== "AccessGrant" && !intents.some((one) => one.grant === grantId && one.from <= from + 250),
  );
  return [
    ...(left.length > 0 ? [`left behind: ${left.join(", ")}`] : []),
    ...foreign.map((id) => `the cluster held ${id}, which nobody approved`),
    ...orphans.map(({ kind, name }) => `${kind} ${name} was there without an AccessGrant`),
    ...twoAlive(objects),
    ...trialsKept(objects, healedAt),
  ];
}

/** A new delivery ends the one before in the same step; a crash in that step is mended when the next one is asked for. */
const STEP_MS = 5_000;

function twoAlive(objects: Observed["objects"]): string[] {
  const people = objects.filter((one) => one.kind === "Secret" && !isTrial(one));
  return people.flatMap((one) =>
    people
      .filter((next) => next.from > one.from && next.from + STEP_MS < Math.min(...[one, next].map(goneAt)))
      .map((next) => `${one.name} lived on beside ${next.name}`),
  );
}

function goneAt({ until }: Observed["objects"][number]): number {
  return until ?? Date.now();
}

/** A trial is over in a second or two, and who comes back after a crash ends the one before in the step that makes its own. */
const TRIAL_MS = 15_000;

/** A trial's token can do what a person's can: once all is well, none may lie about, with or without a delivery beside it. */
function trialsKept(objects: Observed["objects"], healedAt: number): string[] {
  return objects.filter(isTrial).flatMap((one) => {
    const { name, from } = one;
    const keptMs = goneAt(one) - Math.max(from, healedAt);
    return keptMs > TRIAL_MS ? [`the trial's ${name} lay there for ${say(keptMs)}`] : [];
  });
}

function isTrial({ kind, name }: Observed["objects"][number]): boolean {
  return kind === "Secret" && name.endsWith("-d0");
}

/** The end is fixed at the click, and a grant that ends before it must be allowed to. */
function judgeEnd({ seconds, allows }: Case, { grant, played, end }: Observed): string[] {
  const found: string[] = [];
  const ending = grant?.state === "ended" && grant.activeAt !== null ? grant.ending : null;
  const isAsked = played.endPressedAt !== null && /^(revoked|released)$/.test(ending?.why ?? "");
  if (ending !== null && ending.why !== "expired" && !isAsked && allows.early !== true) {
    found.push(`it ended before its end: ${ending.why} ${ending.words ?? ""}`.trimEnd());
  }
  if (played.endAnsweredAt !== null && ending?.why === "expired") {
    found.push("the press that ends it was answered, and it ran to its end");
  }
  if (end !== null && played.approvedAt !== null && end > played.approvedAt + seconds * 1000 + 3_000) {
    found.push(`its end is ${say(end - played.approvedAt)} after the click, not ${seconds} s`);
  }
  return found;
}
