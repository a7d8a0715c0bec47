import { createTimeline } from "./core/timeline.ts";
import { liveIn } from "./core/patched-time.ts";
import { createMemoryRedis } from "../fakes/redis/memory-redis.ts";
import { openGate } from "../fakes/gate.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import { sampleGrant } from "../fakes/samples.ts";
import { within, pause } from "../../src/jobs/patience.ts";
import { canonicalJson, sealRow } from "../../src/jobs/ledger-line.ts";
const timeline = createTimeline(1e12);
liveIn({ timeline, random: () => 0.5 });
const redis = createMemoryRedis({ now: timeline.now });
const line = redis.connect(openGate, "producer").redis;
const store = createRedisStore(line);
async function bench(name: string, n: number, f: (i: number) => unknown) {
  for (let r = 0; r < 2; r++) { const c = process.cpuUsage(); for (let i = 0; i < n; i++) await f(i + r * n); const d = process.cpuUsage(c); if (r) console.log(name, ((d.user + d.system) / n).toFixed(2), "µs"); }
}
await bench("noop", 20000, () => null);
await bench("get", 20000, () => line.get("x"));
await bench("set", 20000, (i) => line.set("x" + (i % 10), "v"));
const base = sampleGrant();
await bench("commit", 5000, (i) => store.commit({ writes: [{ kind: "grant", expected: null, next: { ...base, id: "g" + i } }], tellings: [{ key: "k", lane: "l", tell: { kind: "card", request: "r" } }], rows: [] }));
await bench("grant", 5000, (i) => store.grant("g" + (i % 5000)));
await bench("within", 5000, () => within(Promise.resolve(1), 1000));
await bench("abort", 5000, () => { const a = new AbortController(); a.abort(); });
await bench("any", 5000, () => { const a = new AbortController(); return AbortSignal.any([a.signal]); });
await bench("info", 5000, () => line.info());
await bench("seal", 5000, (i) => sealRow({ at: 1, what: "ending", by: "x", request: "r", grant: "g", detail: { a: 1, b: "c", d: [1, 2] } } as never, i, "0".repeat(64), "e"));
