/** What a server says of itself. */
export interface Self {
  readonly isMaster: boolean;
  readonly replicas: number;
  readonly lines: number;
  /** Changes with each start. */
  readonly runId: string;
  /** Changes with each history. */
  readonly replicationId: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** What a Redis is set to that is safe to grant on. */
export const SAFE_SETTINGS: readonly (readonly [string, string])[] = [
  ["appendonly", "yes"],
  ["appendfsync", "everysec"],
  ["maxmemory-policy", "noeviction"],
];

/** Takes what a server is; returns the part of INFO that src/jobs reads, line by line as Redis writes it. */
export function infoOf({ isMaster, replicas, lines, runId, replicationId, settings }: Self): string {
  const followers = Array.from({ length: replicas }, (_, i) => `slave${i}:ip=127.0.0.1,port=6380,state=online,lag=0`);
  return [
    "# Server",
    "redis_version:7.4.0",
    `run_id:${runId}`,
    `connected_clients:${lines}`,
    `maxmemory_policy:${settings.get("maxmemory-policy")}`,
    `aof_enabled:${settings.get("appendonly") === "yes" ? 1 : 0}`,
    `role:${isMaster ? "master" : "slave"}`,
    `connected_slaves:${replicas}`,
    ...followers,
    `master_replid:${replicationId}`,
    "",
  ].join("\r\n");
}
