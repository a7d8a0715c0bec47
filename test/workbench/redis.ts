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
  stop(): Promise<void>;
}

export interface RedisOptions {
  guardian: Guardian;
  server: RedisServer;
  /** Where its own folder is made. */
  folder: string;
  port?: number;
}

/** Starts a Redis of one's own on loopback, durable and never evicting, and resolves when it answers. */
export async function startRedis({ guardian, server, folder: parent, ...options }: RedisOptions): Promise<Redis> {
  const port = options.port ?? (await findFreePort());
  const folder = join(parent, `redis-${port}`);
  mkdirSync(folder, { recursive: true });

  const start = async () => {
    const child = guardian.spawn(`redis-${port}`, server.command, redisArguments(port, folder), {
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
    stop: () => child.stop(),
  };
}

function redisArguments(port: number, folder: string): string[] {
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
    // A title would overwrite the environment in which the guardian looks for the run's mark.
    "set-proc-title": "no",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Whether a PING is answered; while Redis reads its files after a start it is refused. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 1000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => settle(data.toString().startsWith("+PONG")));
    socket.once("error", () => settle(false));
    socket.once("timeout", () => settle(false));
  });
}
