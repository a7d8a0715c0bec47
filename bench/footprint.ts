import type { Redis } from "ioredis";
import { keys } from "../src/jobs/keys.ts";

/** What Redis says of its memory, in bytes. */
export interface Footprint {
  readonly used: number;
  /** What it says of the single keys, summed by what follows the tag in their names; a kind with many keys first. */
  readonly byKind: Readonly<Record<string, number>>;
}

const PAGE = 1_000;

/** Takes a connection; returns what all of Redis takes, and what all of its keys do. */
export async function footprint(redis: Redis): Promise<Footprint> {
  const used = /^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1];
  if (used === undefined) throw new Error("Redis does not say how much memory it uses");
  const byKind: Record<string, number> = {};
  for await (const page of pagesOfKeys(redis)) {
    const sizes = await Promise.all(page.map((key) => redis.memory("USAGE", key, "SAMPLES", 0)));
    for (const [i, key] of page.entries()) {
      const kind = key.split(":")[1] ?? key;
      byKind[kind] = (byKind[kind] ?? 0) + Number(sizes[i] ?? 0);
    }
  }
  return { used: Number(used), byKind };
}

/** Commits are remembered for a minute: what was written in bulk need not be waited for. */
export async function forgetCommits(redis: Redis): Promise<void> {
  for await (const page of pagesOfKeys(redis, keys.commit("*"))) await redis.unlink(page);
}

/** Takes a connection and a pattern; yields the names of the keys, each once unless they change meanwhile. */
export async function* pagesOfKeys(redis: Redis, match = "*"): AsyncGenerator<string[]> {
  const pages: AsyncIterable<string[]> = redis.scanStream({ match, count: PAGE });
  for await (const page of pages) if (page.length > 0) yield page;
}
