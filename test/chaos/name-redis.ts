/** What a Redis command of Daypass does, in words that do not change from run to run. */
import { createHash } from "node:crypto";
import { keys, TAG } from "../../src/jobs/keys.ts";
import { readRecord } from "../../src/jobs/record-text.ts";

/** Told apart by how they begin (they hold one another's text), since only the first time a client sends more than a hash. */
const BULLMQ: readonly (readonly [words: string, name: string])[] = [
  ["Adds a delayed job to the queue", "addDelayedJob"],
  ["Adds a job to the queue by doing", "addStandardJob"],
  ["Move next job to be processed to active", "moveToActive"],
  ["Move job from active to a finished status", "moveToFinished"],
  ["Moves job from active to delayed set", "moveToDelayed"],
  ["Move stalled jobs to wait", "moveStalledJobsToWait"],
];

const HEAD = 120;

/** How a commit's arguments are laid out: see src/jobs/commit.lua.ts. */
const COMMIT = { writes: 1, tellings: 2, rows: 3, first: 4, perWrite: 6 } as const;

/** Names the commands of one connection, one after another: what a transaction holds is named at its EXEC. */
export type RedisNamer = (words: readonly string[]) => string;

/** Returns what makes namers; what one of them learns of a script, all know. */
export function createRedisNames(): () => RedisNamer {
  const scripts = new Map<string, string>();
  return () => {
    let transaction: Inside[] | null = null;
    return (words) => {
      const command = (words[0] ?? "").toUpperCase();
      const open = transaction;
      if (command === "EXEC") {
        transaction = null;
        return nameTransaction(open ?? []);
      }
      if (command === "MULTI") transaction = [];
      open?.push(inside(words));
      const name = nameOne(command, words, scripts);
      return open === null ? name : `in MULTI: ${name}`;
    };
  };
}

/** The key's place and what follows it. */
type Inside = readonly [place: string, next: string];

function inside([, key = "", next = ""]: readonly string[]): Inside {
  return [place(key), next];
}

/** Where a message stands is kept under what it is: `keep card`, `keep summary`. */
function nameTransaction(inside: readonly Inside[]): string {
  const [first] = inside;
  if (first?.[0] === "card") return `keep ${first[1].split("-")[0] ?? ""}`;
  return `EXEC ${[...new Set(inside.map(([where]) => where))].join(" ")}`;
}

function nameOne(command: string, words: readonly string[], scripts: Map<string, string>): string {
  if (command === "EVAL" || command === "EVALSHA") return nameScript(command, words, scripts);
  return `${command} ${place(words[1] ?? "")}`.trimEnd();
}

function nameScript(command: string, words: readonly string[], scripts: Map<string, string>): string {
  const [, script = "", count = "0", first = ""] = words;
  const hash = command === "EVAL" ? createHash("sha1").update(script).digest("hex") : script;
  const bull = BULLMQ.find(([said]) => command === "EVAL" && script.slice(0, HEAD).includes(said))?.[1];
  if (bull !== undefined) scripts.set(hash, bull);
  const known = scripts.get(hash);
  if (known !== undefined) return `${known} ${place(first)}`;
  const given = words.slice(3 + Number(count));
  if (first === keys.due) return `commit ${whatIsSaved(given)}`;
  if (first === keys.outbox) return "settleTold";
  if (first === keys.ledger) return "settleRows";
  return `script on ${place(first)}`;
}

/** What the ledger's rows say; where there are none, the state that is written. */
function whatIsSaved(given: readonly string[]): string {
  const [writes, tellings, rows] = [COMMIT.writes, COMMIT.tellings, COMMIT.rows].map((at) => Number(given[at]));
  const firstTelling = COMMIT.first + (writes ?? 0) * COMMIT.perWrite;
  const firstRow = firstTelling + (tellings ?? 0);
  const said = given.slice(firstRow, firstRow + (rows ?? 0)).map((row) => (JSON.parse(row) as { what: string }).what);
  if (said.length > 0) return [...new Set(said)].join(" ");
  const states = Array.from({ length: writes ?? 0 }, (_, i) => {
    const record = readRecord(given[COMMIT.first + i * COMMIT.perWrite + 3] ?? "{}") as { state?: string };
    return "timerArmed" in record && record.timerArmed === true ? "timerArmed" : (record.state ?? "");
  });
  return states.join(" ") || "telling";
}

/** A key without its ids: `{daypass}:wake:g-abc…` becomes `wake`. */
function place(key: string): string {
  return key.startsWith(TAG) ? (key.slice(TAG.length + 1).split(":")[0] ?? "") : "";
}
