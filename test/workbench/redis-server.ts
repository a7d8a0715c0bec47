import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheRoot, isProgram, lockCache } from "./cache.ts";
import { unpackRedisPackages } from "./redis-packages.ts";

export interface RedisServer {
  /** The program's path. */
  command: string;
  /** What it needs in its environment beside what is there. */
  env: Record<string, string>;
  from: string;
}

const programs = ["redis-server", "valkey-server"];
const advice = "Install Redis 6.2 or later (Debian: redis-server, macOS: brew install redis) or Valkey.";

/**
 * Finds a Redis: on the PATH, or unpacked into the cache from Debian's packages, which needs no root. Prints one line.
 * Throws an error that says what to install where neither is possible.
 */
export async function findRedisServer(print: (line: string) => void): Promise<RedisServer> {
  const server = findOnPath() ?? findUnpacked() ?? (await unpackFromDebian(print));
  print(`${"redis-server".padEnd(24)} ${server.from}: ${server.command}`);
  return server;
}

function findOnPath(): RedisServer | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const command = programs.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  return command && runs(command, {}) ? { command, env: {}, from: "PATH" } : undefined;
}

function findUnpacked(): RedisServer | undefined {
  const folder = unpackedFolder();
  const command = join(folder, "usr/bin/redis-server");
  if (!isProgram(command)) return undefined;
  const libraries = [join(folder, "usr/lib"), join(folder, "lib")].flatMap(librariesIn);
  return { command, env: { LD_LIBRARY_PATH: libraries.join(delimiter) }, from: "cache" };
}

/** Debian keeps libraries in a folder named after the platform, such as x86_64-linux-gnu. */
function librariesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes("-linux-"))
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}

/** Whether the program starts at all, with its libraries, and is 6.2 (the first with what BullMQ recommends) or later. */
function runs(command: string, env: Record<string, string>): boolean {
  const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8", env: { ...process.env, ...env } });
  const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  return Number(major) * 100 + Number(minor) >= 602;
}

function unpackedFolder(): string {
  return join(cacheRoot(), `redis-${readRelease()}-${process.arch}`);
}

/** The system's name and version, such as `debian-12`. */
function readRelease(): string {
  try {
    const release = readFileSync("/etc/os-release", "utf8");
    const value = (key: string) => new RegExp(`^${key}="?([^"\n]+)`, "m").exec(release)?.[1] ?? "";
    return `${value("ID")}-${value("VERSION_ID")}`;
  } catch {
    return process.platform;
  }
}

async function unpackFromDebian(print: (line: string) => void): Promise<RedisServer> {
  if (spawnSync("dpkg", ["--version"]).status !== 0) throw new Error(`There is no Redis on the PATH. ${advice}`);
  const lock = await lockCache({ root: cacheRoot(), print });
  try {
    // Another run may have done it while this one waited for its turn.
    const unpackedMeanwhile = findUnpacked();
    if (unpackedMeanwhile) return unpackedMeanwhile;
    await unpackRedisPackages(unpackedFolder());
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`There is no Redis on the PATH. ${advice} Debian's could not be fetched: ${words}`, { cause });
  } finally {
    lock.release();
  }
  const server = findUnpacked();
  if (!server || !runs(server.command, server.env)) throw new Error(`Debian's Redis does not run here. ${advice}`);
  return { ...server, from: "Debian packages" };
}
