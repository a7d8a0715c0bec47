import type { LedgerRow } from "../../../src/workflows/ports.ts";
import type { Run } from "../core/run-state.ts";
import { Violation } from "../core/run-state.ts";
import type { Said } from "../world/slack.ts";
import type { Witness, World } from "../world/world.ts";
import { createAccessCheck, isSlowMakers, isToTheSecond } from "./access.ts";
import { createAnswers } from "./answers.ts";
import { type Book, openBook } from "./book.ts";
import { type HandNotes, openByHand } from "./by-hand.ts";
import { createDecisionsCheck } from "./decisions.ts";
import { createEarlyCheck } from "./early-endings.ts";
import { createExcuses, type Excuses, LEASE_MS } from "./excuses.ts";
import { type Eye, openEye } from "./eye.ts";
import { type Heard, openMemory } from "./heard.ts";
import { createLosses, type Losses } from "./losses.ts";
import { createObjectsCheck } from "./objects.ts";
import { createQuietDay, type QuietDay } from "./quiet-day.ts";
import { createRowCheck } from "./row-in-cluster.ts";
import { createWordsCheck, type Words } from "./words.ts";

/** Sees everything, and throws a `Violation` the moment it sees what may not be. */
export interface Oracle extends Witness, HandNotes {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly words: Words;
  readonly quiet: QuietDay;
  readonly eyes: readonly Eye[];
  /** What Redis has forgotten. */
  readonly losses: Losses;
  /**
   * Redis forgets something: takes what makes it forget. `keepsAnswers`: what somebody was told is done is not among it
   * (P5): a replica confirmed it before.
   */
  redisForgets(forget: () => void, promise?: { readonly keepsAnswers: boolean }): void;
  /** Looks at whatever has changed since it looked last, or may be late by now. */
  look(): void;
  leaked(violation: Violation): void;
  /** What people were answered. */
  readonly heard: Heard;
  /** How many workers may make the same grant at one time. */
  setMakers(workers: number): void;
  /** What was seen too late to be thrown where it happened. */
  violation(): Violation | null;
}

/** How often the clusters are looked at while nothing changes in them: ends pass without a change. */
const LOOK_AGAIN_MS = 500;

/** Takes a run and what tells which workers live; returns its oracle, which is told later of the world that it is to see. */
export function createOracle(run: Run, livingWorkers: () => readonly string[]): Oracle & { open(world: World): void } {
  const { timeline } = run;
  const excuses = createExcuses(timeline.now, livingWorkers);
  const book = openBook();
  const eyes: Eye[] = [];
  const dirty = new Set<string>();
  const byHand = openByHand(timeline.now);
  const memory = openMemory();
  const everWorked = new Set<string>();
  const answers = createAnswers(run, () => world);
  const losses = createLosses({
    ...{ book, excuses, eyes, hasReached: byHand.hasReached },
    now: timeline.now,
    world: () => world,
  });
  let world: World | null = null;
  let violation: Violation | null = null;
  let lookedAt = 0;
  let makers = 0;
  let checkAccess: ReturnType<typeof createAccessCheck> | null = null;
  let checkObjects: ReturnType<typeof createObjectsCheck> | null = null;
  let checkDecision: ReturnType<typeof createDecisionsCheck> | null = null;
  let checkEarly: ReturnType<typeof createEarlyCheck> | null = null;
  const isLoneWork = () => makers === 1;
  const parts = { book, excuses, now: timeline.now, memory, isLoneWork, eyes };
  const words = createWordsCheck({
    isAccepted: (grant) =>
      eyes.some((eye) =>
        eye
          .accepted()
          .filter((one) => one.isLive && one.grant === grant)
          .some((one) => !isSlowMakers(one, eye.cluster.id, parts)),
      ),
    everWorked: (grant) => everWorked.has(grant),
    nothingDoubles: (grant) => {
      const trouble = excuses.until(["bots", "slack", "redis", "workers", "the clock of Redis"]);
      // A lease that Redis forgot is another one's, while whoever had it believes to have it still.
      const since = Math.max(trouble, losses.forgotAt() + LEASE_MS);
      return since < (book.of(grant).find(({ row }) => row.what === "ended")?.at ?? 0);
    },
  });
  const isQuiet = () => excuses.isNone() && !byHand.wasDisturbed();
  const quiet = createQuietDay({
    ...{ ...parts, isQuiet },
    everWorked: (grant) => everWorked.has(grant),
  });
  const checkRow = createRowCheck({ ...parts, forgotAt: losses.forgotAt });

  function attempt(work: () => void): void {
    if (violation !== null) return;
    try {
      work();
    } catch (cause) {
      if (!(cause instanceof Violation)) throw cause;
      violation = cause;
      run.trace.say("oracle", `!! ${cause.invariant}: ${cause.message}`);
    }
  }
  function lookAtRow(entry: string, row: LedgerRow): void {
    const written = book.write(entry, row, timeline.now());
    run.count.add(`rows: ${row.what}`);
    if (isEndToTheSecond(row)) run.count.add("ends that were judged to the second, after faults");
    const by = row.by === null ? "" : ` by ${row.by}`;
    run.trace.say("ledger", `row "${row.what}" of ${row.grant ?? row.request}${by}`);
    checkDecision?.look(written);
    checkRow(written);
    checkEarly?.look(written);
  }
  /** Of a pass that was lent, on a day on which something went wrong. */
  function isEndToTheSecond({ what, grant, request }: LedgerRow): boolean {
    if (what !== "ended" || grant === null || excuses.isNone()) return false;
    const { end = Number.POSITIVE_INFINITY } = book.approved.get(grant) ?? {};
    const cluster = memory.wishes.get(request)?.cluster;
    if (cluster === undefined || timeline.now() < end || book.current(grant, "active") === undefined) return false;
    return isToTheSecond(parts, cluster);
  }
  function lookAt(eye: Eye): void {
    checkObjects?.(eye);
    const accepted = checkAccess?.(eye) ?? [];
    for (const { grant } of accepted) everWorked.add(grant);
    checkEarly?.see(eye, accepted);
    losses.expectRebuilt(eye);
  }
  return {
    ...{ book, excuses, words, quiet, eyes, losses, ...byHand.notes },
    violation: () => violation,
    open(next) {
      world = next;
      const keptTime = (id: string) => next.cluster(id).keptTime();
      checkAccess = createAccessCheck({
        ...{ ...parts, controllersKeptTime: keptTime, rolesChangedAt: byHand.rolesChangedAt },
        forgotAt: losses.forgotAt,
        clockDoubtMs: next.clockDoubtMs,
      });
      checkObjects = createObjectsCheck({ ...parts, ...byHand, clockDoubtMs: next.clockDoubtMs, people: next.town });
      checkDecision = createDecisionsCheck({
        ...{ ...parts, people: next.town, clockDoubtMs: next.clockDoubtMs, isQuiet },
        recordOf: (grant) => losses.recordOf("grant", grant),
      });
      checkEarly = createEarlyCheck({
        ...{ ...parts, ...byHand, isQuiet, forgotAt: losses.forgotAt },
        ...{ clockDoubtMs: next.clockDoubtMs, people: next.town },
      });
      for (const living of next.clusters) eyes.push(openEye(living, timeline.now));
    },
    heard: {
      done: answers.told,
      asked: (request, wish) => void memory.wishes.set(request, wish),
      chose: (request, choice) => {
        const choices = memory.choices.get(request) ?? [];
        memory.choices.set(request, [...choices, choice]);
      },
      clickedEnd: (grant, who) => void memory.endings.set(grant, new Set([...(memory.endings.get(grant) ?? []), who])),
      left: byHand.notes.disturbed,
      lent: () =>
        [...book.approved.keys()].filter(
          (id) =>
            book.last(id, "ending") === undefined && ["making", "active"].includes(losses.stateOf("grant", id) ?? ""),
        ),
      ended: (grant) => {
        if (!memory.endedAt.has(grant)) memory.endedAt.set(grant, timeline.now());
      },
      shown: ({ grant, n }) => void memory.shown.add(`${grant} ${n}`),
      received: (credential) =>
        attempt(() => {
          memory.received.add(`${credential.grant} ${credential.n}`);
          checkDecision?.received(credential);
          quiet.received(credential);
          checkEarly?.received(credential);
        }),
      gotNone: (...none) => attempt(() => quiet.gotNone(...none)),
    },
    clusterChanged: (cluster) => void dirty.add(cluster),
    said: (said: Said, isNew) => attempt(() => words.said(said, isNew)),
    rowsMayBeNew: () =>
      attempt(() => {
        for (const { entry, row } of world?.undrained() ?? []) {
          const known = book.find(entry);
          // What Redis lost may be written once more in the very same words, under the same id.
          if (known !== undefined) known.isLost = false;
          else lookAtRow(entry, row);
        }
      }),
    leaked: (seen) =>
      attempt(() => {
        throw seen;
      }),
    setMakers: (workers) => {
      makers = workers;
    },
    redisForgets(forget, { keepsAnswers } = { keepsAnswers: false }) {
      losses.watch(forget);
      if (keepsAnswers) attempt(answers.expectKept);
      else answers.forgive();
      checkDecision?.forget((request) => losses.stateOf("request", request));
    },
    look: () =>
      attempt(() => {
        const isTime = timeline.now() - lookedAt >= LOOK_AGAIN_MS;
        if (isTime) lookedAt = timeline.now();
        for (const eye of eyes) if (isTime || eye.hasNewTokens() || dirty.has(eye.cluster.id)) lookAt(eye);
        dirty.clear();
      }),
  };
}
