import type { Random } from "../../fakes/random.ts";

/** One call of a script of src/jobs, with whatever arguments. */
export interface ScriptCall {
  readonly name: string;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  /** Further arguments: entries of the stream that is the first key, by their place. */
  readonly entries: readonly number[];
  /** What each of them is taken to say; null: what it says. */
  readonly saying: readonly (string | null)[];
  /** Whether the number of its keys is fixed, so that it is not told. */
  readonly isFixed: boolean;
}

/** So far away that nothing ends while a test runs. */
const LONG_MS = 10_000_000;

/** Takes numbers; returns a call that meets what the calls before it left, as often as not. */
export function randomCall(random: Random): ScriptCall {
  return random.pick([commit, commit, commit, settleTold, settleRows, renewLease, releaseLease, settleEpoch])(random);
}

function commit(random: Random): ScriptCall {
  const records = some(random, 3, () => random.pick(["request:a", "request:b", "grant:a", "grant:b"]));
  const tellings = some(random, 2, () => `telling ${random.below(1_000)}`);
  const rows = some(random, 2, () => `row ${random.below(1_000)} ü "quoted"`);
  const writes = records.flatMap((record) => {
    const version = random.below(4);
    const expected = version === 0 ? "" : version;
    const due = random.pick(["", 1_780_315_200_000 + random.below(1_000)]);
    return [record, expected, version + 1, `{"v":${version + 1}}`, due, random.pick(["", LONG_MS])];
  });
  const member = () => `c:${random.below(3)}:a:click`;
  const owed = random.pick([
    ...Array.from({ length: 6 }, () => ["", ""] as const),
    [member(), ""],
    [member(), "settles"],
  ] as const);
  const checks = some(random, 2, () => [1_780_315_200_000 + random.below(1_000), member()]).flat();
  return {
    ...{ name: "commitDaypass", isFixed: false, entries: [], saying: [] },
    keys: ["due", "outbox", "ledger", `commit:${random.below(200)}`, ...records].map(tagged),
    args: [
      ...[10_000, records.length, tellings.length, rows.length],
      ...[...writes, ...tellings, ...rows, ...owed, ...checks],
    ],
  };
}

function settleTold(random: Random): ScriptCall {
  const told = some(random, 2, () => tagged(`told:${random.below(5)}`));
  return { ...taken(random), name: "settleTold", isFixed: false, keys: [tagged("outbox"), ...told], args: [10_000] };
}

function settleRows(random: Random): ScriptCall {
  return { ...taken(random), name: "settleRows", isFixed: true, keys: [tagged("ledger")], args: [] };
}

function taken(random: Random): Pick<ScriptCall, "entries" | "saying"> {
  const entries = some(random, 3, () => random.below(4));
  return { entries, saying: entries.map(() => random.pick([null, null, "something else"])) };
}

function renewLease(random: Random): ScriptCall {
  return { ...lease(random), name: "renewLease", args: [token(random), LONG_MS] };
}

function releaseLease(random: Random): ScriptCall {
  return { ...lease(random), name: "releaseLease", args: [token(random)] };
}

function settleEpoch(random: Random): ScriptCall {
  return { ...lease(random), name: "settleEpoch", args: [token(random), token(random)] };
}

/** A record's own text serves as token, mostly that of its first version: scripts of leases meet what commits left. */
function lease(random: Random) {
  return { isFixed: true, entries: [], saying: [], keys: [tagged(random.pick(["request:a", "request:b", "missing"]))] };
}

function token(random: Random): string {
  return random.pick(["token-1", '1 {"v":1}', '1 {"v":1}', '2 {"v":2}']);
}

function some<Item>(random: Random, most: number, make: () => Item): Item[] {
  return Array.from({ length: random.below(most + 1) }, make);
}

function tagged(name: string): string {
  return `{daypass}:${name}`;
}
