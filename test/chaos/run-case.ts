import { setTimeout as wait } from "node:timers/promises";
import { accountOf } from "./account.ts";
import { strikesIn, worksAt } from "./at-work.ts";
import { grantsBeside, withoutBeside } from "./beside.ts";
import type { Case, CaseStage } from "./case.ts";
import { type Judged, judge } from "./judge.ts";
import { isStalled } from "./judge-access.ts";
import type { Lane } from "./lane.ts";
import {
  type CaseFacts,
  type Observed,
  tokenIn,
  untilSettled,
  type Watchers,
  type Watching,
  watchPass,
} from "./observe.ts";
import { nothingPlayed, type Play, type Played, playPass } from "./people.ts";
import { followRecords, type Records } from "./records.ts";
import { findSecrets } from "./secrets.ts";
import { wasLent } from "./was-lent.ts";
import { postedSince } from "./words.ts";

/** What came of one case. */
export interface Result extends Judged {
  readonly case: Case;
  readonly lane: string;
  readonly seconds: number;
  /** Whether it is shown that what it is about happened (see CaseStage.hit), on a machine that did not stall. */
  readonly met: boolean;
  /** What showed first that it happened, whether or not the machine stalled; null where nothing did. */
  readonly shown: string | null;
  /** Whether its pass was ever active, by its own record. */
  readonly lent: boolean;
  /** What happened, to be read where something is wrong. */
  readonly account: string;
}

/** Nobody waits longer than that for a card, a button or a form; from the start, and from the end where there is one. */
const PEOPLE_MS = 45_000;
/** A pass that is not approved by then never will be. */
const DECIDED_MS = 60_000;
/** These wait for a call, which may never be made. */
const BAITED: ReadonlySet<Case["group"]> = new Set(["kill", "freeze", "random", "early"]);

/** Plays one case on a lane; never throws for what the case itself breaks. */
export async function runCase(lane: Lane, watchers: Watchers, one: Case, logs: string): Promise<Result> {
  const begunAt = performance.now();
  await lane.ready(one.replicas);
  lane.notes.clear();
  lane.trap.clear();
  const since = Date.now();
  const slips = (await lane.slack.oracle()).length;
  const tag = `case ${lane.name} ${since}`;
  const records = followRecords(lane, tag);
  const watching = watchPass(watchers, lane);
  const over = new AbortController();
  const blamed: string[] = [];
  const facts: CaseFacts = { hits: [], forbidden: null, flushed: null };
  const played = nothingPlayed(tag);
  const pressing = Promise.withResolvers<void>();
  over.signal.addEventListener("abort", () => pressing.resolve(), { once: true });
  const hit = (words: string) => {
    if (facts.hits.length === 0) lane.notes.add("chaos", `met: ${words}`);
    facts.hits.push(words);
  };
  const stage: CaseStage = {
    ...{ lane, records, replicas: one.replicas, over: over.signal, played, pressing: pressing.promise, hit },
    say: (words) => lane.notes.add("chaos", words),
    blame: (words) => blamed.push(words),
    forbid: (from, to) => {
      facts.forbidden = { from, to };
    },
    flushed: (undrained) => {
      facts.flushed = { at: Date.now(), undrained };
    },
  };
  const acting = one
    .act(stage)
    .catch((cause: unknown) => stage.blame(`it could not be played: ${String(cause)}`))
    .then(() => Date.now());
  await playUntilEnd({ lane, one, played, records, watching, pressing: pressing.resolve, hit });
  const settled = await settle({ lane, one, acting, records, watching, played, over });
  lane.trap.lift();
  watching.stop();
  records.close();
  await watchers.audit.catchUp();
  const objects = watching.objects();
  const beside = await grantsBeside(lane, played);
  const intent =
    objects.findLast((one) => one.kind === "AccessGrant" && beside.every(({ id }) => id !== one.grant)) ?? null;
  const end = intent?.end ?? endOnRecord(records);
  const observed: Observed = {
    ...{ played, ...settled, ...facts, request: records.request(), grant: records.grant(), objects, end, beside },
    ...{ probes: watching.probes, notes: lane.notes.all(), fallen: fallenOf(lane), strikes: strikesIn(lane) },
    endOnRecord: endOnRecord(records),
    worksAtEnd: worksAt(lane, one.replicas, end ?? Date.now()),
    logged: intent === null ? null : watchers.audit.of(intent.name),
    messages: await withoutBeside(lane, played, postedSince(await lane.slack.storedMessages(), since)),
  };
  const judged = await judge(one, observed, lane.ledger);
  const more = [
    ...blamed,
    ...findSecrets(
      lane,
      logs,
      played.kubeconfigs.map(({ text }) => tokenIn(text)),
    ),
    ...(await lane.slack.oracle())
      .slice(slips)
      .map(({ rule, where, detail }) => `Slack: ${rule} in ${where}: ${detail}`),
  ];
  return {
    ...{ case: one, lane: lane.name, seconds: (performance.now() - begunAt) / 1000 },
    ...{ met: facts.hits.length > 0 && !isStalled(judged.stallMs), shown: facts.hits[0] ?? null },
    ...{ ...judged, violations: [...judged.violations, ...more] },
    lent: wasLent(observed.grant),
    account: accountOf(observed),
  };
}

interface Playing {
  readonly lane: Lane;
  readonly one: Case;
  readonly played: Played;
  readonly records: Records;
  readonly watching: Watching;
  readonly pressing: Play["pressing"];
  readonly hit: Play["hit"];
}

/** People do what they do, and the pass comes to its end. */
async function playUntilEnd({ lane, one, played, records, watching, pressing, hit }: Playing): Promise<void> {
  const startedAt = Date.now();
  let end: number | null = null;
  // What was denied has no end, and nobody waits for it.
  void records.decided.then((at) => {
    end = at ?? 0;
  });
  const giveUpAt = () => (end === null ? startedAt + PEOPLE_MS : end - 300);
  const play = one.play ?? playPass;
  await play({ lane, asker: "lena", played, seconds: one.seconds, giveUpAt, shown: watching.shown, pressing, hit });
  const decidedAt = await Promise.race([records.decided, wait(played.decided ? DECIDED_MS : 0, null)]);
  if (decidedAt !== null && played.endAnsweredAt === null) await wait(Math.max(0, decidedAt - Date.now()));
}

type Settled = Pick<Observed, "healedAt" | "settled">;

interface Settling {
  readonly lane: Lane;
  readonly one: Case;
  /** Resolves with when all is well again. */
  readonly acting: Promise<number>;
  readonly records: Records;
  readonly watching: Watching;
  readonly played: Played;
  readonly over: AbortController;
}

async function settle({ lane, acting, one, records, watching, played, over }: Settling): Promise<Settled> {
  const expectsGrant = () => played.approvedAt !== null;
  const until = (giveUpAt: () => number) => untilSettled(lane, records, watching, { expectsGrant, giveUpAt });
  if (BAITED.has(one.group)) {
    // A call that nobody has made when all is done is made by nobody.
    const giveUpAt = Date.now() + one.settleMs;
    await until(() => (lane.trap.struck() ? 0 : giveUpAt));
    over.abort();
  }
  const healedAt = await acting;
  // Whoever comes back last may still do something.
  await wait(500);
  const giveUpAt = Date.now() + one.settleMs;
  return { healedAt, settled: await until(() => giveUpAt) };
}

/** What the product says in its own Redis: where no AccessGrant was ever seen, and to be compared with it where one was. */
function endOnRecord(records: Records): number | null {
  const request = records.request();
  return request?.state === "approved" ? request.end : null;
}

function fallenOf(lane: Lane): string[] {
  return lane
    .slots()
    .filter((slot) => slot.fell())
    .map(({ name }) => name);
}
