import { setTimeout as wait } from "node:timers/promises";
import { objectName } from "../../src/provisioner/objects.ts";
import type { Case, CaseStage } from "./case.ts";
import { type Judged, judge } from "./judge.ts";
import type { Lane } from "./lane.ts";
import { type Note, tellNotes } from "./notes.ts";
import { type Observed, tokenIn, untilSettled, type Watchers, type Watching, watchPass } from "./observe.ts";
import { type Played, playPass } from "./people.ts";
import { followRecords, type Records } from "./records.ts";
import { findSecrets } from "./secrets.ts";
import { postedSince } from "./words.ts";

/** What came of one case. */
export interface Result extends Judged {
  readonly case: Case;
  readonly lane: string;
  readonly seconds: number;
  /** Whether the point it aims at was met; true where it aims at none. */
  readonly met: boolean;
  /** What happened, to be read where something is wrong. */
  readonly account: string;
}

/** Nobody waits longer than that for a card, a button or a form; from the start, and from the end where there is one. */
const PEOPLE_MS = 45_000;
/** A pass that is not approved by then never will be. */
const DECIDED_MS = 60_000;
/** These wait for a call, which may never be made. */
const BAITED: ReadonlySet<Case["group"]> = new Set(["kill", "freeze", "random"]);

/** Plays one case on a lane; never throws for what the case itself breaks. */
export async function runCase(lane: Lane, watchers: Watchers, one: Case, logs: string): Promise<Result> {
  const begunAt = performance.now();
  await lane.ready(one.replicas);
  lane.notes.clear();
  const since = Date.now();
  const slips = (await lane.slack.oracle()).length;
  const tag = `case ${lane.name} ${since}`;
  const records = followRecords(lane, tag);
  const watching = watchPass(watchers, lane);
  const before = new Set(watchers.eye.grantsIn(lane.namespace));
  const over = new AbortController();
  const blamed: string[] = [];
  const stage: CaseStage = {
    ...{ lane, records, replicas: one.replicas, over: over.signal },
    say: (words) => lane.notes.add("chaos", words),
    blame: (words) => blamed.push(words),
  };
  const played: Played = {
    tag,
    request: null,
    askedAt: null,
    approvedAt: null,
    deniedAt: null,
    decided: false,
    kubeconfigs: [],
  };
  const acting = one.act(stage).catch((cause: unknown) => stage.blame(`it could not be played: ${String(cause)}`));
  await playUntilEnd({ lane, one, played, records, watching });
  const settled = await settle({ lane, one, acting, records, watchers, played, over });
  lane.trap.lift();
  watching.stop();
  records.close();
  await watchers.audit.catchUp();
  const observed: Observed = {
    ...{ played, ...settled, request: records.request(), grant: records.grant(), end: endOf(records) },
    ...{ probes: watching.probes, notes: lane.notes.all(), fallen: fallenOf(lane), strikes: strikesIn(lane) },
    worksAtEnd: worksAt(lane, one.replicas, endOf(records) ?? Date.now()),
    objects: watchers.eye.of(records.grant()?.id ?? ""),
    grants: watchers.eye.grantsIn(lane.namespace).filter((id) => !before.has(id)),
    logged: loggedOf(watchers, records),
    messages: postedSince(await lane.slack.storedMessages(), since),
  };
  const judged = await judge(one, observed, lane.ledger);
  const more = [
    ...blamed,
    ...findSecrets(lane, logs, played.kubeconfigs.map(tokenIn)),
    ...(await lane.slack.oracle())
      .slice(slips)
      .map(({ rule, where, detail }) => `Slack: ${rule} in ${where}: ${detail}`),
  ];
  const met = one.point === null || lane.trap.struck();
  return {
    ...{ case: one, lane: lane.name, met, seconds: (performance.now() - begunAt) / 1000 },
    ...{ ...judged, violations: [...judged.violations, ...more] },
    account: accountOf(observed),
  };
}

interface Playing {
  readonly lane: Lane;
  readonly one: Case;
  readonly played: Played;
  readonly records: Records;
  readonly watching: Watching;
}

/** People do what they do, and the pass comes to its end. */
async function playUntilEnd({ lane, one, played, records, watching }: Playing): Promise<void> {
  const startedAt = Date.now();
  let end: number | null = null;
  // What was denied has no end, and nobody waits for it.
  void records.decided.then((at) => {
    end = at ?? 0;
  });
  const giveUpAt = () => (end === null ? startedAt + PEOPLE_MS : end - 300);
  const play = one.play ?? playPass;
  await play({ lane, played, seconds: one.seconds, giveUpAt, shown: watching.shown });
  const decidedAt = await Promise.race([records.decided, wait(played.decided ? DECIDED_MS : 0, null)]);
  if (decidedAt !== null) await wait(Math.max(0, decidedAt - Date.now()));
}

type Settled = Pick<Observed, "healedAt" | "settled">;

interface Settling {
  readonly lane: Lane;
  readonly one: Case;
  readonly acting: Promise<unknown>;
  readonly records: Records;
  readonly watchers: Watchers;
  readonly played: Played;
  readonly over: AbortController;
}

async function settle({ lane, one, acting, records, watchers, played, over }: Settling): Promise<Settled> {
  const expectsGrant = () => played.approvedAt !== null && one.allows.lostRequest !== true;
  const until = (giveUpAt: () => number) => untilSettled(lane, records, watchers.eye, { expectsGrant, giveUpAt });
  if (BAITED.has(one.group)) {
    // A call that nobody has made when all is done is made by nobody.
    const giveUpAt = Date.now() + one.settleMs;
    await until(() => (lane.trap.struck() ? 0 : giveUpAt));
    over.abort();
  }
  await acting;
  const healedAt = Date.now();
  // Whoever comes back last may still do something.
  await wait(500);
  return { healedAt, settled: await until(() => healedAt + one.settleMs) };
}

/** The cluster's own word, as far as it goes: the name carries the end. */
function endOf(records: Records): number | null {
  const request = records.request();
  return request?.state === "approved" ? request.end : null;
}

function loggedOf({ audit }: Watchers, records: Records): Observed["logged"] {
  const [grant, end] = [records.grant(), endOf(records)];
  return grant === null || end === null ? null : audit.of(objectName({ id: grant.id, end }));
}

function fallenOf(lane: Lane): string[] {
  return lane
    .slots()
    .filter((slot) => slot.fell())
    .map(({ name }) => name);
}

/** By whom: `bot-1 is killed …`, as the case says it. */
function strikesIn(lane: Lane): Note[] {
  return lane.notes.all().flatMap(({ at, who, what }) => {
    const struck = who === "chaos" ? /^((?:bot|worker)-\d) is (?:killed|frozen|ended)/.exec(what)?.[1] : undefined;
    return struck === undefined ? [] : [{ at, who: struck, what }];
  });
}

/** A process that starts is at work when it says that it is ready; under load that takes its time. */
const AT_WORK_MS = 1_000;

function worksAt(lane: Lane, replicas: 1 | 2, end: number): boolean {
  return lane.workers.slice(0, replicas).some(({ name }) => {
    const changes = [...strikesIn(lane), ...lane.notes.all()].filter(
      ({ who, what }) => who === name && / is (killed|frozen|ended|ready)/.test(` ${what}`),
    );
    const before = changes
      .filter(({ at }) => at <= end - AT_WORK_MS)
      .sort((a, b) => a.at - b.at)
      .at(-1);
    const during = changes.some(({ at, what }) => at > end - AT_WORK_MS && at < end && !what.includes("ready"));
    return (before === undefined || before.what.includes("ready")) && !during;
  });
}

function accountOf({ notes, messages, probes }: Observed): string {
  const probed = probes.flatMap(({ whose, answers }) =>
    answers.map(({ at, verdict, status }) => ({
      at,
      who: "probe",
      what: `the ${whose} token is ${verdict} (${status})`,
    })),
  );
  const told = messages.flatMap((message) =>
    [...message.before, message].map(({ text }) => ({
      ...{ at: Number(message.ts) * 1000, who: "slack" },
      what: `${message.channel}${message.threadTs === undefined ? "" : " (reply)"}: ${text.slice(0, 200)}`,
    })),
  );
  return `${tellNotes([...notes, ...probed].sort((a, b) => a.at - b.at))}\n  messages, each with all it said:\n${told
    .map(({ what }) => `    ${what}`)
    .join("\n")}`;
}
