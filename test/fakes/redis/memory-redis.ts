import type { Millis } from "../../../src/workflows/person.ts";
import type { Gate } from "../gate.ts";
import { createCaller, type Refusal } from "./commands.ts";
import { connectMemory, type MemoryConnection } from "./connection.ts";
import type { Replica } from "./replicas.ts";
import { createServer, type Server } from "./server.ts";

/** A Redis in memory on which src/jobs runs as it is, and all that can befall it. */
export interface MemoryRedis {
  /** Takes what each command passes through, and whose settings the line has; returns a line that is ready. */
  connect(gate: Gate, whose: "producer" | "consumer"): MemoryConnection;
  /** Does one command at once, past every gate, as somebody with redis-cli: to prepare and to look. */
  ask(name: string, ...args: (string | number)[]): unknown;
  /** Reads at once, whatever state Redis is in: for who sees everything. */
  look(name: string, ...args: (string | number)[]): unknown;
  /** From now on Redis says this to whatever it concerns; null: to nothing. READONLY also makes it a replica. */
  refuse(refusal: Refusal | null): void;
  /** It hangs: lines stay open, what arrives waits. */
  pause(): void;
  /** It goes on, first with what arrived meanwhile, whether or not anybody still waits for the answer. */
  resume(): void;
  /** It dies: all lines break and none can be had. */
  stop(): void;
  /** It comes back with its file, which lacks what was written in the last milliseconds before now. */
  restart(loses?: { readonly lastMs: number }): void;
  /** Another one takes over, with what this replica has and no more; all lines break and lead to it. */
  failOver(replica: Replica): void;
  /** Another server follows from now on. */
  addReplica(): Replica;
  /** By how much its clock is ahead of the world's from now on; negative: behind. */
  setSkew(ms: number): void;
}

/** Takes the world's time in epoch milliseconds; returns an empty Redis that is as it should be. */
export function createMemoryRedis({ now }: { readonly now: () => Millis }): MemoryRedis {
  const server = createServer(now);
  const look = createCaller(server.data, () => null);
  const outside = { writtenTo: 0, hangUp: () => undefined };
  return {
    connect: (gate, whose) => connectMemory(server, gate, whose),
    look: (name, ...args) => look(name, ...args.map(String)),
    ask: (name, ...args) => {
      const reply = server.perform(outside, { name, args: args.map(String) });
      // Of what is asked while it hangs, nobody may be waiting for the answer any more.
      if (reply instanceof Promise) reply.catch(() => undefined);
      return reply;
    },
    refuse: (refusal) => {
      server.refusal = refusal;
    },
    pause: () => {
      server.isPaused = true;
    },
    resume: () => {
      server.isPaused = false;
      for (const run of server.waiting.splice(0)) run();
    },
    stop: () => stop(server),
    restart: ({ lastMs } = { lastMs: 0 }) => {
      const offset = lastMs === 0 ? server.data.offset() : server.data.offsetAt(server.data.now() - lastMs);
      stop(server);
      begin(server, offset);
    },
    failOver: (replica) => {
      const offset = replica.offset();
      replica.leave();
      stop(server);
      server.refusal = null;
      begin(server, offset);
    },
    addReplica: server.replicas.add,
    setSkew: (ms) => {
      server.skewMs = ms;
    },
  };
}

function stop(server: Server): void {
  server.isUp = false;
  server.isPaused = false;
  server.waiting.splice(0);
  for (const session of server.sessions) session.hangUp();
}

function begin(server: Server, offset: number): void {
  server.data.rollBack(offset);
  server.replicas.goBack(offset);
  server.lives += 1;
  server.histories += 1;
  server.isUp = true;
}
