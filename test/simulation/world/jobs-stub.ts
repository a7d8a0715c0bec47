import { backOff } from "../../../src/jobs/worker.ts";
import type { JobQueue } from "../../../src/jobs/queues.ts";
import type { Gate } from "../../fakes/gate.ts";
import type { Machine } from "../core/machine.ts";
import type { Timeline } from "../core/timeline.ts";

interface StubJob { name: string; id: string; data: Record<string, string | number>; tries: number }
type Handler = { machine: Machine; run: (job: StubJob) => Promise<void> };

export function createStubQueue(timeline: Timeline) {
  const jobs = new Map<string, StubJob>();
  const handlers: Handler[] = [];
  let turn = 0;
  function due(job: StubJob): void {
    const alive = handlers.filter(({ machine }) => machine.alive);
    const handler = alive[turn++ % Math.max(1, alive.length)];
    if (handler === undefined) return void timeline.plan(2000, () => due(job), null);
    let isOver = false;
    const check = () => timeline.plan(9000, () => { if (!isOver) { if (handler.machine.alive) check(); else due(job); } }, null);
    check();
    timeline.plan(0, () => {
      handler.run(job).then(() => { isOver = true; jobs.delete(job.id); }, () => {
        isOver = true;
        job.tries += 1;
        timeline.plan(backOff(job.tries), () => due(job), null);
      });
    }, handler.machine);
  }
  return {
    open: (gate: Gate): JobQueue => ({
      add: (name, id, data, delayMs) => gate({ to: "redis", what: `add job ${id}`, broken: () => new Error("Connection is closed.") }, () => {
        if (jobs.has(id)) return;
        const job = { name, id, data: { ...data }, tries: 0 };
        jobs.set(id, job);
        timeline.plan(delayMs, () => { if (jobs.get(id) === job) due(job); }, null);
      }),
      close: async () => {},
    }),
    handle: (handler: Handler) => void handlers.push(handler),
    flush: () => jobs.clear(),
  };
}
