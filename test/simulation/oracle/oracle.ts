import type { LedgerRow } from "../../../src/workflows/ports.ts";
import type { Ref } from "../../fakes/kubernetes/stored-object.ts";
import type { Run } from "../core/run-state.ts";
import { Violation } from "../core/run-state.ts";
import type { Said } from "../world/slack.ts";
import type { Witness, World } from "../world/world.ts";
import { createAccessCheck, isSlowMakers } from "./access.ts";
import { createAnswers } from "./answers.ts";
import { type Book, openBook } from "./book.ts";
import { createDecisionsCheck } from "./decisions.ts";
import { createExcuses, type Excuses } from "./excuses.ts";
import { type Eye, openEye } from "./eye.ts";
import type { Heard } from "./heard.ts";
import { createObjectsCheck, type Foreign } from "./objects.ts";
import { createWordsCheck, type Words } from "./words.ts";

/** Sees everything, and throws a `Violation` the moment it sees what may not be. */
export interface Oracle extends Witness {
  readonly book: Book;
  readonly excuses: Excuses;
  readonly words: Words;
  readonly eyes: readonly Eye[];
  /** What people wait to be told and Redis has forgotten. */
  readonly lostTellings: ReadonlySet<string>;
  /**
   * Redis forgets something: takes what makes it forget. `keepsAnswers`: what somebody was told is done is not among it
   * (P5): a replica confirmed it before.
   */
  redisForgets(forget: () => void, promise?: { readonly keepsAnswers: boolean }): void;
  /** Looks at whatever has changed since it looked last, or may be late by now. */
  look(): void;
  /** When Redis forgot something last; 0 where it never did. */
  forgotAt(): number;
  leaked(violation: Violation): void;
  /** What people were answered. */
  readonly heard: Heard;
  /** How many workers may make the same grant at one time. */
  setMakers(workers: number): void;
  /** Somebody changed a grant's objects by hand. */
  touchedByHand(grant: string): void;
  /** Somebody made an object of their own, which nobody else may take away. */
  madeByHand(cluster: string, ref: Ref, uid: string): void;
  removedByHand(cluster: string, ref: Ref): void;
  roleChanged(cluster: string, role: string): void;
  /** What was seen too late to be thrown where it happened. */
  violation(): Violation | null;
}

/** How often the clusters are looked at while nothing changes in them: ends pass without a change. */
const LOOK_AGAIN_MS = 500;

/** Takes a run; returns its oracle, which is told later of the world that it is to see. */
export function createOracle(run: Run): Oracle & { open(world: World): void } {
  const { timeline } = run;
  const excuses = createExcuses(timeline.now);
  const book = openBook();
  const eyes: Eye[] = [];
  const dirty = new Set<string>();
  const foreign: Foreign[] = [];
  const received = new Set<string>();
  const touched = new Set<string>();
  const rolesChangedAt = new Map<string, number>();
  const everWorked = new Set<string>();
  const answers = createAnswers(run, () => world);
  const lostTellings = new Set<string>();
  let world: World | null = null;
  let violation: Violation | null = null;
  let lookedAt = 0;
  let makers = 0;
  let forgotAt = 0;
  let checkAccess: ReturnType<typeof createAccessCheck> | null = null;
  let checkObjects: ReturnType<typeof createObjectsCheck> | null = null;
  let checkDecision: ReturnType<typeof createDecisionsCheck> | null = null;
  const isFree = (part: string) => excuses.until([part]) === 0;
  const words = createWordsCheck({
    isAccepted: (grant) =>
      eyes.some((eye) =>
        eye
          .accepted()
          .filter((one) => one.isLive && one.grant === grant)
          .some((one) => !isSlowMakers(one, eye.cluster.id, { excuses, now: timeline.now })),
      ),
    everWorked: (grant) => everWorked.has(grant),
    nothingDoubles: () => ["bots", "slack", "redis"].every(isFree) && run.count.all["workers killed"] === undefined,
  });

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
  /** The worker's own delivery ends in the step that it is made in; of two makers the other may be at it still. */
  function expectNoTrial(grant: string): void {
    const trial = eyes.flatMap((eye) => eye.accepted()).find((one) => one.grant === grant && one.n === 0 && one.isLive);
    if (trial !== undefined) throw new Violation("I4", `grant ${grant} was called active, and its trial's token lives`);
  }
  function lookAtRow(entry: string, row: LedgerRow): void {
    const written = book.write(entry, row, timeline.now());
    run.count.add(`rows: ${row.what}`);
    const by = row.by === null ? "" : ` by ${row.by}`;
    run.trace.say("ledger", `row "${row.what}" of ${row.grant ?? row.request}${by}`);
    checkDecision?.look(written);
    if (row.what === "active" && makers === 1) expectNoTrial(row.grant ?? "");
  }
  function lookAt(eye: Eye): void {
    checkObjects?.(eye);
    for (const { grant } of checkAccess?.(eye) ?? []) everWorked.add(grant);
  }
  return {
    ...{ book, excuses, words, eyes, lostTellings },
    violation: () => violation,
    open(next) {
      world = next;
      const keptTime = (id: string) => next.cluster(id).keptTime();
      checkAccess = createAccessCheck({
        ...{ book, excuses, now: timeline.now, controllersKeptTime: keptTime, rolesChangedAt },
        wasReceived: (grant, n) => received.has(`${grant} ${n}`),
        forgotAt: () => forgotAt,
        clockDoubtMs: next.clockDoubtMs,
      });
      checkObjects = createObjectsCheck({
        book,
        excuses,
        now: timeline.now,
        foreign,
        touched,
        isLoneWork: () => makers === 1,
      });
      checkDecision = createDecisionsCheck({ book, people: next.town, now: timeline.now });
      for (const living of next.clusters) eyes.push(openEye(living, timeline.now));
    },
    heard: {
      done: answers.told,
      received: (grant, n) => void received.add(`${grant} ${n}`),
    },
    touchedByHand: (grant) => void touched.add(grant),
    madeByHand: (cluster, ref, uid) => void foreign.push({ cluster, ref, uid }),
    removedByHand: (cluster, { plural, namespace, name }) => {
      const at = foreign.findIndex(
        (one) =>
          one.cluster === cluster &&
          one.ref.plural === plural &&
          one.ref.namespace === namespace &&
          one.ref.name === name,
      );
      if (at >= 0) foreign.splice(at, 1);
    },
    roleChanged: (cluster, role) => void rolesChangedAt.set(`${cluster} ${role}`, timeline.now()),
    clusterChanged: (cluster) => void dirty.add(cluster),
    said: (said: Said, isNew) => attempt(() => words.said(said, isNew)),
    rowsMayBeNew: () =>
      attempt(() => {
        const fresh = (world?.undrained() ?? []).filter(({ entry }) => !book.knows(entry));
        for (const { entry, row } of fresh) lookAtRow(entry, row);
      }),
    forgotAt: () => forgotAt,
    leaked: (seen) =>
      attempt(() => {
        throw seen;
      }),
    setMakers: (workers) => {
      makers = workers;
    },
    redisForgets(forget, { keepsAnswers } = { keepsAnswers: false }) {
      forgotAt = timeline.now();
      if (world === null) return forget();
      const [rows, tellings] = [world.undrained(), world.untold()];
      forget();
      const [left, stillUntold] = [new Set(world.undrained().map(({ entry }) => entry)), new Set(world.untold())];
      for (const { entry } of rows) {
        const written = book.all.find((one) => one.entry === entry);
        if (written !== undefined && !left.has(entry)) written.isLost = true;
      }
      if (keepsAnswers) attempt(answers.expectKept);
      else answers.forgive();
      checkDecision?.forget();
      for (const key of tellings) if (!stillUntold.has(key)) lostTellings.add(key);
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
