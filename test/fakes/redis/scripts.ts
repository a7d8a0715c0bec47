import type { CallRedis } from "./commands.ts";

/** A Lua script of src/jobs, written by hand: takes `redis.call`, KEYS and ARGV, counted from 0, and replies. */
export type Script = (call: CallRedis, keys: readonly string[], argv: readonly string[]) => unknown;

/**
 * Every script, by the name under which src/jobs defines it. That each does what its Lua does is shown by
 * test/contract/redis/scripts.test.ts, on a real Redis.
 */
export const SCRIPTS: ReadonlyMap<string, Script> = new Map<string, Script>([
  ["commitDaypass", commitDaypass],
  ["settleTold", settleTold],
  ["settleRows", settleRows],
  ["renewLease", ifHeld((call, key, holdMs) => call("pexpire", key, holdMs))],
  ["releaseLease", ifHeld((call, key) => call("del", key))],
  ["settleEpoch", settleEpoch],
]);

/** How many arguments tell of one write: see commit.lua.ts. */
const PER_WRITE = 6;

function commitDaypass(call: CallRedis, keys: readonly string[], argv: readonly string[]): "saved" | "raced" {
  const [due = "", outbox = "", ledger = "", own = "", ...records] = keys;
  const [seconds = "", , tellings, rows] = argv;
  if (call("exists", own) === 1) return "saved";
  const writes = records.map((key, i) => writeAt(key, argv, 4 + i * PER_WRITE));
  if (!writes.every((write) => isExpected(call, write))) return "raced";
  const told = 4 + writes.length * PER_WRITE;
  const remembered = told + Number(tellings);
  const further = remembered + Number(rows);
  const [owed = "", settles = "", ...checks] = argv.slice(further);
  if (owed !== "" && call("zscore", due, owed) === null) return "raced";
  call("set", own, "saved", "EX", seconds);
  for (const write of writes) save(call, due, write);
  for (const telling of argv.slice(told, remembered)) call("xadd", outbox, "*", "telling", telling);
  for (const row of argv.slice(remembered, further)) call("xadd", ledger, "*", "row", row);
  if (owed !== "" && settles !== "") call("zrem", due, owed);
  for (let i = 0; i < checks.length; i += 2) call("zadd", due, checks[i] ?? "", checks[i + 1] ?? "");
  return "saved";
}

interface RecordWrite {
  readonly key: string;
  readonly member: string;
  readonly expected: string;
  readonly next: string;
  readonly state: string;
  readonly due: string;
  readonly keptMs: string;
}

function writeAt(key: string, argv: readonly string[], at: number): RecordWrite {
  const [member = "", expected = "", next = "", state = "", due = "", keptMs = ""] = argv.slice(at, at + PER_WRITE);
  return { key, member, expected, next, state, due, keptMs };
}

function isExpected(call: CallRedis, { key, expected }: RecordWrite): boolean {
  const text = call("get", key);
  if (typeof text !== "string") return expected === "";
  return expected !== "" && text.startsWith(`${expected} `);
}

function save(call: CallRedis, dueIndex: string, { key, member, next, state, due, keptMs }: RecordWrite): void {
  call("set", key, `${next} ${state}`);
  if (due === "") call("zrem", dueIndex, member);
  else call("zadd", dueIndex, due, member);
  if (keptMs !== "") call("pexpire", key, keptMs);
}

function settleTold(call: CallRedis, [outbox = "", ...told]: readonly string[], argv: readonly string[]): number {
  const [seconds = "", ...entries] = argv;
  for (const key of told) call("set", key, "yes", "EX", seconds);
  return take(call, outbox, entries);
}

function settleRows(call: CallRedis, [stream = ""]: readonly string[], argv: readonly string[]): number {
  return take(call, stream, argv);
}

function take(call: CallRedis, stream: string, idsAndTexts: readonly string[]): number {
  let taken = 0;
  for (let i = 0; i < idsAndTexts.length; i += 2) {
    const [id = "", text = ""] = idsAndTexts.slice(i, i + 2);
    const [found] = call("xrange", stream, id, id) as [string, string[]][];
    if (found?.[1][1] === text) taken += Number(call("xdel", stream, id));
  }
  return taken;
}

/** Both scripts of a lease begin by asking whether it is still the asker's. */
function ifHeld(work: (call: CallRedis, key: string, argument: string) => unknown): Script {
  return (call, [key = ""], [token = "", argument = ""]) =>
    call("get", key) === token ? work(call, key, argument) : 0;
}

function settleEpoch(call: CallRedis, [key = ""]: readonly string[], [pending = "", settled = ""]: readonly string[]) {
  if (call("get", key) === pending) call("set", key, settled);
  return call("get", key) === settled ? 1 : 0;
}
