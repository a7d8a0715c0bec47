import type { Call, Gate } from "../../fakes/gate.ts";
import type { Fate } from "./fates.ts";
import { currentMachine, type Machine, never, runIn } from "./machine.ts";
import type { Run } from "./run-state.ts";
import type { Trouble } from "./weather.ts";

/** How late an effect or an answer is, in milliseconds; all within any client's patience. */
const LATE_MS = [4, 60, 400, 950];
/** How much later comes what its sender no longer waits for. */
const MUCH_LATER_MS = [300, 2_000, 9_000, 45_000];
const LATEST_MS = 45_000;
/** For so long a call hangs to which no answer comes, and whose caller is to give it up by itself. */
const HANGING_MS = 3_600_000;

/** Takes a run and one of its processes; returns what each of that process's calls passes through. */
export function createGate(run: Run, machine: Machine): Gate {
  const { timeline, climate, trace } = run;

  async function undergo<T>(fate: Exclude<Fate, "now">, call: Call, effect: () => T | Promise<T>): Promise<T> {
    const patienceMs = run.patienceMs(call);
    run.count.fault(fate, call.to);
    run.faultDone(call.to, fate.includes("later") ? patienceMs + LATEST_MS : patienceMs);
    switch (fate) {
      case "late answer": {
        const answer = await doNow(call, effect, fate);
        await wait(climate.pick(LATE_MS));
        return answer;
      }
      case "late effect":
        await wait(climate.pick(LATE_MS));
        return doNow(call, effect, fate);
      case "answer lost":
        await settled(doNow(call, effect, fate));
        throw call.broken();
      case "refused":
        trace.call(machine, call, fate);
        throw call.broken();
      case "timed out, done later":
        later(call, effect, patienceMs + climate.pick(MUCH_LATER_MS));
        await wait(patienceMs);
        trace.call(machine, call, fate);
        if (call.hasDeadline) await wait(HANGING_MS);
        throw call.broken();
      case "crash before":
        trace.call(machine, call, fate);
        run.crash(machine);
        return never();
      case "crash after":
        await settled(doNow(call, effect, fate));
        run.crash(machine);
        return never();
      case "crash, done later":
        trace.call(machine, call, fate);
        later(call, effect, climate.pick(MUCH_LATER_MS));
        run.crash(machine);
        return never();
    }
  }

  async function doNow<T>(call: Call, effect: () => T | Promise<T>, fate: Fate): Promise<T> {
    trace.call(machine, call, fate);
    const answer = await effect();
    done(call, answer);
    return machine.alive ? answer : never();
  }

  function done(call: Call, answer: unknown): void {
    trace.answered(call, answer);
    run.effectDone(call);
  }

  /** What was sent reaches its part though nobody waits for it any more. */
  function later(call: Call, effect: () => unknown, inMs: number): void {
    timeline.plan(
      inMs,
      () => {
        trace.arrived(machine, call);
        runIn(undefined, async () => effect()).then(
          (answer) => done(call, answer),
          () => {},
        );
      },
      null,
    );
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => timeline.plan(ms, resolve, machine));
  }

  /** Most calls are dull, so they go the shortest way. */
  function doDully<T>(call: Call, effect: () => T | Promise<T>): Promise<T> {
    trace.call(machine, call, "now");
    try {
      const answer = effect();
      if (answer instanceof Promise) return finish(call, answer);
      done(call, answer);
      return Promise.resolve(answer);
    } catch (refusal) {
      run.count.refusal(call, refusal);
      return Promise.reject(refusal);
    }
  }
  async function finish<T>(call: Call, pending: Promise<T>): Promise<T> {
    const answer = await pending;
    done(call, answer);
    return machine.alive ? answer : never();
  }

  /** What is under way already, such as a watch's next line, is not asked for, and so never refused. */
  function throttle<T>(call: Call, effect: () => T | Promise<T>): Promise<T> {
    if (call.throttled === undefined || run.tape.choose(500, 1) === 0) return doDully(call, effect);
    trace.call(machine, call, "throttling");
    run.count.add("calls told to come again later (429)");
    return Promise.reject(call.throttled());
  }

  return (call, effect) => {
    if (!machine.alive || currentMachine()?.alive === false) return never();
    run.count.call(call.to);
    const trouble = run.weather.of(call.to, machine.name);
    if (trouble === "throttling") return throttle(call, effect);
    if (trouble !== null) return loseIt(trouble, { run, machine, call });
    const fate = climate.fateOf(call);
    return fate === "now" ? doDully(call, effect) : undergo(fate, call, effect);
  };
}

/** A part in trouble: what is asked of it meanwhile is refused, or lost; whoever asked waits for its whole deadline. */
async function loseIt<T>(
  trouble: Trouble,
  { run, machine, call }: { run: Run; machine: Machine; call: Call },
): Promise<T> {
  run.trace.call(machine, call, trouble);
  run.count.fault(trouble, call.to);
  if (trouble === "silent") {
    const silentMs = call.hasDeadline ? HANGING_MS : run.patienceMs(call);
    await new Promise<void>((resolve) => run.timeline.plan(silentMs, resolve, machine));
  }
  throw call.broken();
}

async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {});
}
