import { expect, test } from "vitest";
import { faultsOf, readReport, survivalOf } from "./redis-report.ts";

/** As Redis 7 writes it, cut down to what is read here. */
const INFO = [
  "# Server",
  "redis_version:7.0.15",
  "run_id:f00d",
  "executable:/usr/bin/redis-server",
  "# Memory",
  "maxmemory_policy:noeviction",
  "# Persistence",
  "aof_enabled:1",
  "# Replication",
  "role:master",
  "connected_slaves:2",
  "slave0:ip=10.0.0.2,port=6379,state=online,offset=42,lag=0",
  "slave1:ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0",
  "master_replid:beef",
  "",
].join("\r\n");

const REPORT = readReport(INFO, "everysec");

test("INFO is read: which Redis, how it keeps things, and the replicas that follow by now", () => {
  expect(REPORT).toEqual({
    ...{ version: "7.0.15", isMaster: true, evictionPolicy: "noeviction", keepsAof: true },
    ...{ fsync: "everysec", replicas: 1, life: "f00d beef" },
  });
});

test("all that is wrong is said, each with what to set", () => {
  expect(faultsOf(REPORT)).toEqual([]);
  expect(
    faultsOf({ ...REPORT, version: "6.0.16", isMaster: false, evictionPolicy: "volatile-ttl", keepsAof: false }),
  ).toEqual([
    "Redis may throw away what is recorded (maxmemory-policy is volatile-ttl): set noeviction",
    "Redis forgets what is recorded when it stops (appendonly is no): set appendonly yes",
    "REDIS_URL names a replica, which takes no writes: name the master",
    "Redis 6.0.16 is too old: install 6.2 or later",
  ]);
});

test.each([
  ["6.2.0", []],
  ["10.0.0", []],
  ["5.0.14", ["Redis 5.0.14 is too old: install 6.2 or later"]],
])("Redis %s", (version, faults) => {
  expect(faultsOf({ ...REPORT, version })).toEqual(faults);
});

test.each([
  [{}, "power loss may take the last second; it survives a failover: a replica confirms it"],
  [{ fsync: "always" }, "survives a kill of Redis, and power loss; it survives a failover"],
  [{ fsync: "no" }, "power loss may take what the system did not write yet"],
  [{ fsync: null }, "appendfsync unknown"],
  [{ replicas: 0 }, "there is no replica, so it does not survive the loss of the disk"],
  [{ keepsAof: false }, "does not survive a kill of Redis; it survives a failover"],
  [{ keepsAof: false, replicas: 0 }, "what is acknowledged does not survive a kill of Redis"],
])("what survives where %j", (changes, words) => {
  expect(survivalOf({ ...REPORT, ...changes })).toContain(words);
});
