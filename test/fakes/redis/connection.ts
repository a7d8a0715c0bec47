import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { LATE, within } from "../../../src/jobs/patience.ts";
import { type Connection, consumer, producer } from "../../../src/jobs/redis.ts";
import { StoreUnavailable } from "../../../src/workflows/trouble.ts";
import type { Gate } from "../gate.ts";
import { PLAIN_COMMANDS } from "./commands.ts";
import { JOB_SCRIPTS } from "./job-scripts.ts";
import type { LineOptions } from "./reconnecting.ts";
import { SCRIPTS } from "./scripts.ts";
import { type Plain, SERVER_COMMANDS, type Sent, type Server } from "./server.ts";
import { Socket } from "./socket.ts";

/** A process' line to the Redis in memory, with all the further ones that were opened from it. */
export interface MemoryConnection extends Connection {
  /** The process is dead: its lines are gone, and nothing of what was sent is ever answered. */
  kill(): void;
}

interface Family {
  readonly server: Server;
  readonly gate: Gate;
  readonly sockets: Set<Socket>;
}

/** Takes the server, what every command passes through, and whose settings the line has; returns a line to it. */
export function connectMemory(server: Server, gate: Gate, whose: "producer" | "consumer"): MemoryConnection {
  const family: Family = { server, gate, sockets: new Set() };
  const redis = openLine(family, whose === "producer" ? producer : consumer);
  const [first] = family.sockets;
  return {
    redis,
    ready: (ms) => untilReady(redis, ms),
    open: () => redis.duplicate(),
    close: async () => {
      for (const socket of family.sockets) if (socket !== first) socket.end();
      if (redis.status === "ready") await within(redis.quit(), 1_000).catch(() => undefined);
      first?.end();
    },
    kill: () => {
      for (const socket of family.sockets) socket.kill();
    },
  };
}

async function untilReady(redis: Redis, ms: number): Promise<void> {
  if (redis.status === "ready") return;
  const ready = new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  if ((await within(ready, ms)) !== LATE) return;
  throw new StoreUnavailable("nothing", `no connection within ${ms / 1000} s`);
}

/** What src/jobs takes for a line of ioredis: it has the commands in use there, and no others. */
class MemoryLine extends EventEmitter {
  readonly #family: Family;
  readonly #options: LineOptions;
  readonly socket: Socket;

  constructor(family: Family, options: LineOptions) {
    super();
    [this.#family, this.#options] = [family, options];
    this.socket = new Socket({ ...family, options, emit: (event) => void this.emit(event) });
    family.sockets.add(this.socket);
  }

  get status(): string {
    return this.socket.status;
  }

  defineCommand(name: string, { numberOfKeys }: { readonly numberOfKeys?: number }): void {
    Object.assign(this, { [name]: scriptSender(this.socket, name, numberOfKeys) });
  }

  duplicate(override: Partial<LineOptions> = {}): Redis {
    return openLine(this.#family, { ...this.#options, ...override });
  }

  disconnect(reconnect = false): void {
    if (reconnect) this.socket.break();
    else {
      this.#family.sockets.delete(this.socket);
      this.socket.end();
    }
  }

  async quit(): Promise<unknown> {
    const answer = await this.socket.send(plain("quit", []));
    this.socket.end();
    return answer;
  }

  multi(): object {
    return openMulti(this.socket);
  }
}

for (const name of [...PLAIN_COMMANDS, ...SERVER_COMMANDS]) {
  if (name in MemoryLine.prototype) continue;
  Object.assign(MemoryLine.prototype, {
    [name](this: MemoryLine, ...given: unknown[]) {
      return this.socket.send(plain(name, given));
    },
  });
}

function openLine(family: Family, options: LineOptions): Redis {
  return new MemoryLine(family, options) as unknown as Redis;
}

/** ioredis takes numbers and lists of arguments; Redis gets texts. */
function plain(name: string, given: readonly unknown[]): Plain {
  const args: string[] = [];
  for (const one of given) {
    if (Array.isArray(one)) args.push(...one.map(String));
    else args.push(String(one));
  }
  return { name, args };
}

/** A script with no fixed number of keys is told the number first, as EVAL is. */
function scriptSender(socket: Socket, name: string, numberOfKeys?: number): (...given: unknown[]) => Promise<unknown> {
  const script = SCRIPTS.get(name) ?? JOB_SCRIPTS.get(name);
  if (script === undefined) throw new Error(`the Redis in memory has no script ${name}: write it in scripts.ts`);
  return (...given) => {
    const texts = given.map(String);
    const first = numberOfKeys === undefined ? 1 : 0;
    const end = first + (numberOfKeys ?? Number(texts[0]));
    return socket.send({ name, script, keys: texts.slice(first, end), args: texts.slice(end) });
  };
}

/** What is asked between MULTI and EXEC is sent as one, as a pipeline is. */
function openMulti(socket: Socket): object {
  const queued: Plain[] = [];
  const chain: Record<string, unknown> = {
    exec: () => socket.send({ name: "multi", queued } satisfies Sent),
  };
  for (const name of PLAIN_COMMANDS) {
    chain[name] = (...given: unknown[]) => {
      queued.push(plain(name, given));
      return chain;
    };
  }
  return chain;
}
