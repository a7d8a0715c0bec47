import { createTimeline } from "./core/timeline.ts";
import { liveIn } from "./core/patched-time.ts";
import { createMemoryRedis } from "../fakes/redis/memory-redis.ts";
import { openGate } from "../fakes/gate.ts";
const timeline = createTimeline(1e12);
liveIn({ timeline, random: () => 0.5 });
const redis = createMemoryRedis({ now: timeline.now });
const log: string[] = [];
timeline.plan(0, () => {
  const line = redis.connect(openGate, "producer").redis;
  void (async () => { log.push("ask " + timeline.now()); await line.get("x"); log.push("1 " + timeline.now()); await line.get("x"); log.push("2 " + timeline.now()); await line.info(); log.push("3 " + timeline.now()); })();
}, null);
timeline.plan(500, () => { log.push("later"); }, null);
await timeline.run(1e12 + 5000, () => { log.push("settled"); }, () => false);
console.log(log.join("\n"));
