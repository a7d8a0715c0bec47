import type { Caution } from "../../../src/workflows/desk.ts";
import type { Events } from "../../../src/workflows/ports.ts";
import { createGate } from "../core/gate.ts";
import { type Machine, runIn } from "../core/machine.ts";
import type { Run } from "../core/run-state.ts";
import { CLOCKS_APART, type Excuses, TIME_OF_WORKERS, timeOfWhoLacks } from "../oracle/excuses.ts";
import { openBotLines, openWorkerLines } from "../world/lines.ts";
import type { World } from "../world/world.ts";
import { type BotDesk, startBotProcess } from "./bot-process.ts";
import { createTeller } from "./teller.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

/** After how long a supervisor starts a process that died; `heal`: somebody has to look first. */
const RESTARTS = [500, 2_000, 8_000, 70_000, "heal"] as const;

/** By how much a clock that is set by a server's may be wrong. */
const RIGHT_MS = 500;

type Kind = "worker" | "bot";

/** The place of one process: one after another runs in it. */
interface Slot {
  readonly kind: Kind;
  readonly name: string;
  machine: Machine | null;
  desk: BotDesk | null;
  skewMs: number;
  /** What a worker that was started by a wrong time takes for it, until it has heard better. */
  wrongNow: (() => number) | null;
  caution: Caution | null;
}

export interface FleetParts {
  readonly run: Run;
  readonly world: World;
  readonly excuses: Excuses;
  readonly events: (machine: Machine) => Events;
}

/** Every process of Daypass in a run. */
export interface Fleet {
  start(counts: { readonly workers: number; readonly bots: number }): void;
  /** Kills it between two of its awaits. */
  crash(machine: Machine): void;
  /** Kills the n-th of its kind, to be started again after so long. */
  kill(kind: Kind, n: number, forMs: number): void;
  /** The names of the workers, whether they run or not. */
  workers(): readonly string[];
  /** The names of those that run. */
  livingWorkers(): readonly string[];
  /** The n-th bot that answers clicks, counted round; null where none does. */
  bot(n: number): { readonly machine: Machine; readonly desk: BotDesk } | null;
  /** A machine's clock goes wrong by so much. */
  skew(n: number, ms: number): void;
  /** Notes as an excuse that a worker goes by the wrong time by which it was started, having heard of no other yet. */
  noteClocks(): void;
  /** Which process grants nothing, and why; null where each does. */
  holding(): string | null;
  /** Starts all that is not running, with clocks that are right. */
  heal(): void;
  /** The run is over: every process is gone, with all that it holds. */
  close(): void;
}

/** Takes the parts; returns a fleet of which nothing runs yet. */
export function createFleet({ run, world, excuses, events }: FleetParts): Fleet {
  const slots: Slot[] = [];
  let isHealing = false;

  function launch(slot: Slot): void {
    if (slot.machine !== null) return;
    const machine: Machine = {
      ...{ name: slot.name, alive: true, skewMs: slot.skewMs, startedAt: run.timeline.now() },
    };
    slot.machine = machine;
    run.trace.say(slot.name, "starts");
    const gate = createGate(run, machine);
    gates.set(machine, gate);
    const policy = world.town.policy(slot.name);
    const parts = { events: events(machine), policy: { current: () => policy } };
    const goesBy: WorkerProcess["goesBy"] = ({ now }, caution) => {
      slot.wrongNow = slot.skewMs === 0 ? null : now;
      slot.caution = caution;
    };
    runIn(machine, () => {
      if (slot.kind === "worker")
        void startWorkerProcess({ lines: openWorkerLines(world, machine, gate), ...parts, goesBy });
      else void startBot(slot, machine, parts);
    });
  }
  async function startBot(slot: Slot, machine: Machine, parts: { events: Events; policy: { current: () => Policy } }) {
    const gate = gates.get(machine) ?? createGate(run, machine);
    const lines = openBotLines(world, machine, gate);
    const slack = world.slack.connect(gate);
    const started = await startBotProcess({
      ...{ lines, ...parts, readPeople: world.town.records },
      notifier: (desk) =>
        createTeller({
          desk,
          cards: lines.cards,
          slack,
          retryAfterMs: () => slackWantsRestMs(run, slot.name),
        }),
    });
    [slot.desk, slot.caution] = [started, started.desk.caution];
  }
  function bury(slot: Slot): void {
    const { machine } = slot;
    if (machine === null) return;
    machine.alive = false;
    world.buried(machine);
    gates.delete(machine);
    run.count.add(`${slot.kind}s killed`);
    run.trace.say(slot.name, "is dead");
    [slot.machine, slot.desk, slot.wrongNow, slot.caution] = [null, null, null, null];
    excuses.note(`${slot.kind}s`, run.timeline.now());
    if (slot.kind === "worker") excuses.workerDied();
    if (!slots.some(({ kind, machine: other }) => kind === slot.kind && other !== null)) excuses.begin(`${slot.kind}s`);
  }
  function relaunch(slot: Slot): void {
    if (slot.machine !== null) return;
    const wasLast = !slots.some(({ kind, machine }) => kind === slot.kind && machine !== null);
    launch(slot);
    if (wasLast) excuses.over(`${slot.kind}s`);
    else excuses.note(`${slot.kind}s`, run.timeline.now());
  }
  function noteWrong(worker: string): void {
    excuses.note(TIME_OF_WORKERS, run.timeline.now());
    for (const { kubernetes } of world.clusters) {
      if (excuses.isCut(worker, ["redis", kubernetes.id]))
        excuses.note(timeOfWhoLacks(kubernetes.id), run.timeline.now());
    }
  }
  const ofKind = (kind: Kind) => slots.filter((slot) => slot.kind === kind);
  return {
    start({ workers, bots }) {
      for (let n = 1; n <= workers; n++) slots.push(slotOf("worker", n));
      for (let n = 1; n <= bots; n++) slots.push(slotOf("bot", n));
      for (const slot of slots) launch(slot);
    },
    crash(machine) {
      const slot = slots.find((one) => one.machine === machine);
      if (slot === undefined) return;
      bury(slot);
      const after = isHealing ? 500 : run.climate.pick(RESTARTS);
      if (after !== "heal") run.timeline.plan(after, () => relaunch(slot), null);
    },
    kill(kind, n, forMs) {
      const all = ofKind(kind);
      const slot = all[n % all.length];
      if (slot === undefined || slot.machine === null) return;
      bury(slot);
      run.timeline.plan(forMs, () => relaunch(slot), null);
    },
    workers: () => ofKind("worker").map(({ name }) => name),
    livingWorkers: () =>
      ofKind("worker")
        .filter(({ machine }) => machine !== null)
        .map(({ name }) => name),
    bot(n) {
      const ready = slots.flatMap(({ machine, desk }) =>
        machine === null || desk === null ? [] : [{ machine, desk }],
      );
      return ready[n % ready.length] ?? null;
    },
    skew(n, ms) {
      const slot = slots[n % slots.length];
      if (slot === undefined) return;
      if (slot.skewMs === 0) excuses.begin(CLOCKS_APART);
      slot.skewMs = ms;
      if (slot.machine !== null) slot.machine.skewMs = ms;
      // What waits for a moment by that clock may come later by as much.
      excuses.note("clocks", run.timeline.now() + Math.abs(ms));
      run.trace.say(slot.name, `its machine's clock is wrong by ${ms} ms from now on`);
    },
    noteClocks() {
      for (const slot of slots) {
        if (slot.wrongNow === null) continue;
        const wrongMs = Math.abs(slot.wrongNow() - run.timeline.now());
        if (wrongMs > world.clockDoubtMs() + RIGHT_MS) noteWrong(slot.name);
        else slot.wrongNow = null;
      }
    },
    holding() {
      for (const { name, caution } of slots) {
        const words = caution === null ? "it is not up yet" : caution.whyNot();
        if (words !== null) return `${name} grants nothing (${words})`;
      }
      return null;
    },
    close() {
      for (const { machine } of slots) {
        if (machine === null) continue;
        machine.alive = false;
        world.buried(machine);
        gates.delete(machine);
      }
    },
    heal() {
      isHealing = true;
      for (const slot of slots) {
        if (slot.skewMs !== 0) excuses.over(CLOCKS_APART);
        slot.skewMs = 0;
        if (slot.machine !== null) slot.machine.skewMs = 0;
        relaunch(slot);
      }
    },
  };
}

/** As createTeller's `retryAfterMs`. */
function slackWantsRestMs({ weather, count }: Run, bot: string): number | null {
  if (weather.of("slack", bot) !== "refusing") return null;
  count.fault("refusing", "slack");
  return 5_000;
}

type Policy = ReturnType<World["town"]["policy"]>;

const gates = new WeakMap<Machine, ReturnType<typeof createGate>>();

/** Takes a process; returns what its calls pass. */
export function gateOf(machine: Machine): ReturnType<typeof createGate> | undefined {
  return gates.get(machine);
}

function slotOf(kind: Kind, n: number): Slot {
  return { kind, name: `${kind} ${n}`, machine: null, desk: null, skewMs: 0, wrongNow: null, caution: null };
}
