import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Child, Guardian } from "./guardian.ts";
import { findFreePort } from "./ports.ts";
import { waitUntil } from "./readiness.ts";
import type { RedisServer } from "./redis-server.ts";

export interface Redis {
  url: string;
  port: number;
  /** Holds its append-only files. */
  folder: string;
  pid(): number;
  /** Ends it as a crash would: by SIGKILL. What was written in the last second may be lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port and files, after ending it politely if it still runs. */
  restart(): Promise<void>;
  /** Makes it hang: connections stay open and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Sends one command as a line and returns what comes back first, in Redis' own notation; `nothing` after a second. */
  ask(command: string, patienceMs?: number): Promise<string>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  guardian: Guardian;
  server: RedisServer;
  /** Where its own folder is made. */
  folder: string;
  port?: number;
  /** What differs in its configuration, such as `{ appendonly: "no" }` or `{ replicaof: "127.0.0.1 6379" }`. */
  settings?: Readonly<Record<string, string>>;
}

/** Starts a Redis of one's own on loopback, durable and never evicting, and resolves when it answers. */
export async function startRedis({ guardian, server, folder: parent, ...options }: RedisOptions): Promise<Redis> {
  const port = options.port ?? (await findFreePort());
  const folder = join(parent, `redis-${port}`);
  mkdirSync(folder, { recursive: true });

  const start = async () => {
    const args = redisArguments(port, folder, options.settings);
    const child = guardian.spawn(`redis-${port}`, server.command, args, {
      env: { ...process.env, ...server.env },
      cwd: folder,
    });
    await waitUntil({ what: "Redis answers", probe: () => answers(port), child });
    return child;
  };
  let child: Child = await start();

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    pid: () => child.pid,
    kill: async () => {
      child.signal("SIGKILL");
      await child.exited;
    },
    restart: async () => {
      await child.stop();
      child = await start();
    },
    pause: () => child.signal("SIGSTOP"),
    resume: () => child.signal("SIGCONT"),
    ask: (command, patienceMs) => ask(port, command, patienceMs),
    stop: () => child.stop(),
  };
}

function redisArguments(port: number, folder: string, others: RedisOptions["settings"] = {}): string[] {
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    appendonly: "yes",
    appendfsync: "everysec",
    save: "",
    "maxmemory-policy": "noeviction",
    // At the default of 10, blocking reads time out up to 100 ms late, and BullMQ's wakes with them.
    hz: "100",
    // At the default of 5 s a replica would wait so long for others that might join it.
    "repl-diskless-sync-delay": "0",
    // A title would overwrite the environment in which the guardian looks for the run's mark.
    "set-proc-title": "no",
    ...others,
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Whether a PING is answered; while Redis reads its files after a start it is refused. */
async function answers(port: number): Promise<boolean> {
  return (await ask(port, "PING").catch(() => "nothing")).startsWith("+PONG");
}

function ask(port: number, command: string, patienceMs = 1000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: patienceMs });
    const settle = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write(`${command}\r\n`));
    socket.once("data", (data) => settle(data.toString()));
    socket.once("timeout", () => settle("nothing"));
    socket.once("error", reject);
  });
}
