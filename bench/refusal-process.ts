/**
 * Says when the last of many grants is refused: a process of its own. To ask with a thousand tokens until each is refused
 * would be the greater part of the load. Instead it follows the bindings by a watch, which is how the API server's own
 * authorizer learns of them, and in the same order: once the binding that went last is no longer obeyed, none is. So it
 * asks as those that went last until they are refused. Then it asks as every other one: where the authorizer has lost
 * its thread and lists anew, the order is another, and whoever is still let in is asked as until refused.
 */
import { setTimeout as wait } from "node:timers/promises";
import pLimit from "p-limit";
import { Pool } from "undici";
import { wallNow } from "./pace.ts";
import { type Watched, watch } from "./watch.ts";

/** What to follow, and as whom to ask what. */
export interface RefusalPlan {
  /** Where the bindings are, as the admin. */
  readonly bindings: Watched;
  /** What everyone with such a binding may read, and nobody else. */
  readonly path: string;
  /** A token by the name of the binding that it lives by. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Said when every token was seen to work and every binding is followed. */
export type Watching = "watching";

/** Said at the end. Wall clock in milliseconds. */
export interface LastRefusal {
  readonly firstGoneAt: number;
  readonly lastRefusedAt: number;
}

/** As so many of those that went last: two may be deleted in another order than their deletions arrive here. */
const LAST = 5;
const OFTEN_MS = 2;
const AT_ONCE = 32;
interface Named {
  readonly metadata: { readonly name: string };
}

const GIVE_UP_MS = 120_000;

// The bench is gone: nobody wants to know.
process.once("disconnect", () => process.exit(1));
process.once("message", (plan: RefusalPlan) => {
  void observe(plan).then((last) => process.send?.(last));
});

async function observe(plan: RefusalPlan): Promise<LastRefusal> {
  // The API server closes a connection on which it answered 401, and over HTTP/2 all that is under way on it goes too.
  const { server, ca } = plan.bindings;
  const pool = new Pool(server, { connect: { ca }, allowH2: false, connections: AT_ONCE });
  const ask = async (name: string) => {
    const { statusCode, body } = await pool.request({
      ...{ method: "GET", path: plan.path, headers: { authorization: `Bearer ${plan.tokens[name]}` } },
    });
    await body.dump();
    return statusCode;
  };
  const names = Object.keys(plan.tokens);
  await expectAllowed(names, ask);
  const { gone, firstGoneAt } = await followUntilGone(plan);
  const last = gone.slice(-LAST);
  const refusals = await Promise.all(last.map((name) => firstRefusal(() => ask(name))));
  const atOnce = pLimit(AT_ONCE);
  const others = gone.slice(0, -LAST).map((name) =>
    atOnce(async () => {
      if (!isRefused(await ask(name))) refusals.push(await firstRefusal(() => ask(name)));
    }),
  );
  await Promise.all(others);
  return { firstGoneAt, lastRefusedAt: Math.max(...refusals) };
}

async function expectAllowed(names: readonly string[], ask: (name: string) => Promise<number>): Promise<void> {
  const atOnce = pLimit(AT_ONCE);
  const statuses = await Promise.all(names.map((name) => atOnce(() => ask(name))));
  const wrong = statuses.findIndex((status) => status !== 200);
  if (wrong >= 0) throw new Error(`${names[wrong]} was answered with ${statuses[wrong]} before anything ended`);
}

async function followUntilGone(plan: RefusalPlan): Promise<{ gone: readonly string[]; firstGoneAt: number }> {
  const gone: string[] = [];
  let [there, firstGoneAt] = [0, 0];
  const tooLong = setTimeout(() => {
    console.error(`${gone.length} of ${there} bindings are gone after ${GIVE_UP_MS / 1000} s`);
    process.exit(1);
  }, GIVE_UP_MS);
  for await (const { type, object } of watch<Named>(plan.bindings)) {
    const { name } = object.metadata;
    if (plan.tokens[name] === undefined) continue;
    if (type === "ADDED") there += 1;
    if (type === "ADDED" && there === Object.keys(plan.tokens).length) process.send?.("watching" satisfies Watching);
    if (type !== "DELETED") continue;
    if (gone.length === 0) firstGoneAt = wallNow();
    gone.push(name);
    if (gone.length === there) break;
  }
  clearTimeout(tooLong);
  return { gone, firstGoneAt };
}

async function firstRefusal(ask: () => Promise<number>): Promise<number> {
  for (;;) {
    if (isRefused(await ask())) return wallNow();
    await wait(OFTEN_MS);
  }
}

function isRefused(status: number): boolean {
  return status === 401 || status === 403;
}
