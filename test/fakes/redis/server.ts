import type { Millis } from "../../../src/workflows/person.ts";
import { type Blocked, createBlocked, type Session } from "./blocked.ts";
import { type CallRedis, checkQueued, createCaller, type Refusal, refuse } from "./commands.ts";
import { createKeyspace, type Keyspace } from "./keyspace.ts";
import { popFirst } from "./list-commands.ts";
import { createReplicas, type Replicas } from "./replicas.ts";
import type { Script } from "./scripts.ts";
import { infoOf, SAFE_SETTINGS } from "./server-words.ts";
import { popLowest } from "./set-commands.ts";
import { readingOf, readNow } from "./stream-commands.ts";
import { given, whole } from "./text-commands.ts";
import { ReplyError } from "./values.ts";

/** One command, by its name in small letters. */
export interface Plain {
  readonly name: string;
  readonly args: readonly string[];
}

/** What a line sends: one command, a script with its keys, or some commands between MULTI and EXEC. */
export type Sent =
  | Plain
  | (Plain & { readonly script: Script; readonly keys: readonly string[] })
  | { readonly name: "multi"; readonly queued: readonly Plain[] };

/** The server's inside, shared by what acts on it from outside and by the lines to it. */
export interface Server {
  readonly data: Keyspace;
  readonly replicas: Replicas;
  readonly blocked: Blocked;
  readonly call: CallRedis;
  readonly sessions: Set<Session>;
  readonly settings: Map<string, string>;
  /** Whether it takes lines and commands; one that hangs does not count as away. */
  isUp: boolean;
  isPaused: boolean;
  refusal: Refusal | null;
  /** By how much its clock is ahead of the world's. */
  skewMs: number;
  lives: number;
  histories: number;
  /** What came while it hung. */
  readonly waiting: (() => void)[];
  /** Does what was sent, at once or as soon as it hangs no more; throws or rejects with `ReplyError`. */
  perform(session: Session, sent: Sent): unknown;
}

/** Takes the world's time; returns a server as it should be, empty. */
export function createServer(now: () => Millis): Server {
  const data = createKeyspace(() => now() + server.skewMs);
  const blocked = createBlocked((run) => (server.isPaused ? void server.waiting.push(run) : run()));
  const server: Server = {
    data,
    blocked,
    replicas: createReplicas(data.offset, blocked.wake),
    call: createCaller(data, () => server.refusal),
    sessions: new Set(),
    settings: new Map(SAFE_SETTINGS),
    ...{ isUp: true, isPaused: false, refusal: null, skewMs: 0, lives: 1, histories: 1, waiting: [] },
    perform: (session, sent) => {
      if (!server.isPaused) return perform(server, session, sent);
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      server.waiting.push(() => {
        try {
          resolve(perform(server, session, sent));
        } catch (cause) {
          reject(cause);
        }
      });
      return promise;
    },
  };
  return server;
}

/** How far back a replica or a file is looked for, once in so many units. */
const LOOK_EVERY = 2_048;
/** With `appendfsync everysec` a file lacks two seconds at most (redis.io, persistence). */
const LONGEST_FILE_LAG_MS = 2_000;

function perform(server: Server, session: Session, sent: Sent): unknown {
  const { data } = server;
  const before = data.offset();
  const reply = data.unit(() => run(server, session, sent));
  const after = data.offset();
  if (after === before) return reply;
  session.writtenTo = after;
  server.blocked.wake();
  if (after % LOOK_EVERY === 0) {
    const fileOffset = data.offsetAt(data.now() - LONGEST_FILE_LAG_MS);
    data.forgetBefore(Math.min(fileOffset, ...server.replicas.all.map((replica) => replica.offset())));
  }
  return reply;
}

function run(server: Server, session: Session, sent: Sent): unknown {
  if ("script" in sent) return sent.script(server.call, sent.keys, sent.args);
  if ("queued" in sent) return transact(server, sent.queued);
  const waiting = OF_THE_SERVER[sent.name];
  if (waiting === undefined) return server.call(sent.name, ...sent.args);
  if (!ALWAYS_ANSWERED.has(sent.name)) refuse(server.refusal, TAKING.has(sent.name) ? "write" : "read", false);
  return waiting(server, session, sent.args);
}

/** Redis refuses while it queues, and then all of it; one that fails later leaves the others done. */
function transact(server: Server, queued: readonly Plain[]) {
  try {
    for (const { name } of queued) checkQueued(name, server.refusal);
  } catch {
    throw new ReplyError("EXECABORT Transaction discarded because of previous errors.");
  }
  return queued.map(({ name, args }) => [null, server.call(name, ...args)]);
}

const TAKING: ReadonlySet<string> = new Set(["blpop", "bzpopmin"]);
const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(["info", "config", "quit"]);

type OfTheServer = (server: Server, session: Session, args: readonly string[]) => unknown;

/** Commands that ask for more than the data, or that may wait. */
const OF_THE_SERVER: Readonly<Record<string, OfTheServer>> = {
  quit: () => "OK",
  time: ({ data }) => {
    const now = data.now();
    return [String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))];
  },
  info: (server) =>
    infoOf({
      isMaster: server.refusal !== "READONLY",
      replicas: server.replicas.all.length,
      lines: server.sessions.size,
      runId: `run-${server.lives}`,
      replicationId: `history-${server.histories}`,
      settings: server.settings,
    }),
  config: ({ settings }, _, args) => {
    const [verb, name] = [given(args, 0).toUpperCase(), given(args, 1)];
    if (verb === "SET") {
      settings.set(name, given(args, 2));
      return "OK";
    }
    const value = settings.get(name);
    return value === undefined ? [] : [name, value];
  },
  wait: ({ blocked, replicas }, session, args) => {
    const [wanted, timeoutMs] = [whole(args[0]), whole(args[1])];
    const having = () => replicas.having(session.writtenTo);
    const attempt = () => (having() >= wanted ? having() : null);
    return blocked.wait(session, { attempt, timeoutMs, late: having });
  },
  xread: ({ data, blocked }, session, args) => {
    const reading = readingOf(data, args);
    const attempt = () => readNow(data, reading);
    if (reading.blockMs === null) return attempt();
    return blocked.wait(session, { attempt, timeoutMs: reading.blockMs, late: () => null });
  },
  blpop: ({ data, blocked }, session, args) => {
    const key = given(args, 0);
    const attempt = () => {
      const item = data.unit(() => popFirst(data, key));
      return item === null ? null : [key, item];
    };
    return blocked.wait(session, { attempt, timeoutMs: Number(args[1]) * 1_000, late: () => null });
  },
  bzpopmin: ({ data, blocked }, session, args) => {
    const key = given(args, 0);
    const attempt = () => {
      const lowest = data.unit(() => popLowest(data, key));
      return lowest === null ? null : [key, ...lowest];
    };
    return blocked.wait(session, { attempt, timeoutMs: Number(args[1]) * 1_000, late: () => null });
  },
};

/** Their names, in small letters. */
export const SERVER_COMMANDS: readonly string[] = Object.keys(OF_THE_SERVER);

const WAITS: ReadonlySet<string> = new Set(["wait", "xread", "blpop", "bzpopmin"]);

/** Whether it is for whoever waits on the line alone. */
export function isWaiting({ name }: Sent): boolean {
  return WAITS.has(name);
}
