/** What Redis says of itself, and what of that makes it unsafe to grant anything. */

export interface RedisReport {
  readonly version: string;
  readonly isMaster: boolean;
  readonly evictionPolicy: string;
  readonly keepsAof: boolean;
  /** `always`, `everysec` or `no`; null where it does not say. */
  readonly fsync: string | null;
  /** Replicas that follow it now. */
  readonly replicas: number;
  /** Which process this is, and which history it continues: both change where another Redis took over. */
  readonly life: string;
}

/** Takes the answer to INFO, and to CONFIG GET appendfsync where that is allowed; returns the report. */
export function readReport(info: string, fsync: string | null): RedisReport {
  const fields = new Map(info.split("\r\n").map((line) => splitAtColon(line)));
  const field = (name: string) => fields.get(name) ?? "";
  return {
    version: field("redis_version"),
    isMaster: field("role") === "master",
    evictionPolicy: field("maxmemory_policy"),
    keepsAof: field("aof_enabled") === "1",
    fsync,
    replicas: [...fields].filter(([name, value]) => /^slave\d+$/.test(name) && value.includes("state=online")).length,
    life: `${field("run_id")} ${field("master_replid")}`,
  };
}

function splitAtColon(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1)];
}

/** The first with all that BullMQ and the store ask for. */
const OLDEST = [6, 2] as const;

/** Takes a report; returns why nothing may be granted on this Redis: sentences without their full stop. */
export function faultsOf(report: RedisReport): string[] {
  const { version, isMaster, evictionPolicy, keepsAof } = report;
  const faults: string[] = [];
  if (evictionPolicy !== "noeviction") {
    faults.push(`Redis may throw away what is recorded (maxmemory-policy is ${evictionPolicy}): set noeviction`);
  }
  if (!keepsAof) faults.push("Redis forgets what is recorded when it stops (appendonly is no): set appendonly yes");
  if (!isMaster) faults.push("REDIS_URL names a replica, which takes no writes: name the master");
  if (isTooOld(version)) faults.push(`Redis ${version} is too old: install ${OLDEST.join(".")} or later`);
  return faults;
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

const POWER_LOSS: Readonly<Record<string, string>> = {
  always: ", and power loss",
  everysec: "; power loss may take the last second",
  no: "; power loss may take what the system did not write yet",
};

/** Takes a report; returns what becomes of an acknowledged click when things break, in words without their full stop. */
export function survivalOf({ keepsAof, fsync, replicas }: RedisReport): string {
  const power = POWER_LOSS[fsync ?? ""] ?? "; power loss may take some of it (appendfsync unknown)";
  const kill = keepsAof ? `survives a kill of Redis${power}` : "does not survive a kill of Redis";
  const failover =
    replicas > 0
      ? "it survives a failover: a replica confirms it"
      : "there is no replica, so it does not survive the loss of the disk";
  return `what is acknowledged ${kill}; ${failover}`;
}
