import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, open, readdir, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { NOON } from "../../test/fakes/samples.ts";
import type { LedgerRow } from "../workflows/ports.ts";
import { createLedgerClaims } from "./ledger-claim.ts";
import { openLedgerFolder } from "./ledger-folder.ts";
import { createRecall, readBack } from "./ledger-recall.ts";

const events = createRecordedEvents();

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "daypass-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function row(what: string, grant: string, detail: LedgerRow["detail"] = {}): LedgerRow {
  return { at: NOON, what, by: "olga", request: "abcdefghij", grant, detail };
}

const REVOKED = { why: "revoked", words: "incident", since: NOON };

async function write(folder: string, rows: readonly LedgerRow[]): Promise<void> {
  const ledger = await openLedgerFolder(createLedgerClaims(folder), events);
  await ledger.append(rows.map((one, i) => ({ entry: `${i}-0`, row: one })));
}

test("P11 · what was being ended is known from the ledger, finished or not, and what runs is not", async () => {
  const folder = makeFolder();
  await write(folder, [row("active", "one"), row("ending", "two", REVOKED), row("ending", "three", REVOKED)]);
  await write(folder, [row("ended", "three"), row("endedWithoutRecord", "four")]);

  const { endings, over } = await readBack(folder, NOON);

  expect([...endings.keys()].toSorted()).toEqual(["three", "two"]);
  expect(endings.get("two")).toEqual({ why: "revoked", by: "olga", words: "incident", since: NOON });
  expect([...over]).toEqual(["three", "four"]);
});

test("a torn last line hides no ending", async () => {
  const folder = makeFolder();
  await write(folder, [row("ending", "one", REVOKED)]);
  appendFileSync(join(folder, "ledger-000000000001.jsonl"), '{"seq":2,"what":"ending","gr');

  const { endings } = await readBack(folder, NOON);

  expect([...endings.keys()]).toEqual(["one"]);
});

test("a folder that is not there yet has nothing on record", async () => {
  const missing = createRecall(join(makeFolder(), "none"), () => NOON, events);

  expect([await missing.of("one"), await missing.isOver("one")]).toEqual([null, false]);
});

test("P11 · of what cannot be read nobody says that nothing is on record, and nobody is known to be over", async () => {
  const heard = createRecordedEvents();
  const folder = makeFolder();
  await write(folder, [row("ending", "one", REVOKED)]);
  const unreadable = createRecall(join(folder, "ledger-000000000001.jsonl"), () => NOON, heard);

  const [ending, isOver] = await Promise.allSettled([unreadable.of("one"), unreadable.isOver("one")]);

  expect(ending).toMatchObject({ status: "rejected", reason: { code: "ENOTDIR" } });
  expect(isOver).toMatchObject({ value: false });
  expect(heard.failures.map(({ what }) => what)).toEqual(["the ledger could not be read back"]);
});

test("P11 · what can be read at the second try is read, and nothing is said", async () => {
  const heard = createRecordedEvents();
  const folder = join(makeFolder(), "ledger");
  writeFileSync(folder, "a file where the folder will be");
  const recall = createRecall(folder, () => NOON, heard);

  const asked = recall.of("one");
  // Behind the first try, which stood in line before it.
  for (const _ of [1, 2]) await expect(readdir(folder)).rejects.toThrow("ENOTDIR");
  rmSync(folder);
  await write(folder, [row("ending", "one", REVOKED)]);

  expect(await asked).toMatchObject({ why: "revoked", by: "olga" });
  expect(heard.failures).toEqual([]);
});

test("P11 · what was written since is read where it is asked for anew, and soon after known to all", async () => {
  const folder = makeFolder();
  await write(folder, [row("active", "one")]);
  const recall = createRecall(folder, () => NOON, events);
  expect(await recall.of("one")).toBeNull();
  await write(folder, [row("ending", "one", REVOKED)]);
  expect(await recall.of("one")).toBeNull();

  await recall.read("a loss");

  expect(await recall.of("one")).toMatchObject({ why: "revoked", by: "olga" });
});

/** A folder whose first reading waits in a pipe until `answer` gives it rows; the next one finds what is written by then. */
function slowFolder() {
  const folder = makeFolder();
  const [segment, pipe] = [join(folder, "ledger-000000000001.jsonl"), join(folder, "pipe")];
  execFileSync("mkfifo", [segment]);
  const recall = createRecall(folder, () => NOON, events);
  return {
    recall,
    answer: async (first: LedgerRow, next: readonly LedgerRow[]) => {
      await rename(segment, pipe);
      await write(folder, next);
      await writeFile(pipe, `${JSON.stringify(first)}\n`);
    },
    isRead: (loss: string) =>
      recall.read(loss).then(
        () => true,
        () => false,
      ),
  };
}

test("P11 · a folder that takes long keeps nobody waiting twice, and what it gives in the end counts for that loss alone", async () => {
  const [one, two] = [slowFolder(), slowFolder()];
  const late = await Promise.allSettled([one.recall.read("a loss"), two.recall.read("a loss")]);
  const again = await Promise.allSettled([one.recall.read("a loss"), one.recall.of("one")]);
  expect([...late, ...again].map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  const another = two.recall.read("another loss");

  await one.answer(row("ending", "one", REVOKED), []);
  await two.answer(row("active", "two"), [row("ending", "two", REVOKED)]);

  await expect.poll(() => one.isRead("a loss")).toBe(true);
  await another;
  expect(await one.recall.of("one")).toMatchObject({ why: "revoked", by: "olga" });
  expect(await two.recall.of("two")).toMatchObject({ why: "revoked", by: "olga" });
}, 15_000);

test("P11 · two losses wait for one reading behind the one that is running", async () => {
  const heard = createRecordedEvents();
  const folder = makeFolder();
  const [segment, pipe] = [join(folder, "ledger-000000000001.jsonl"), join(folder, "pipe")];
  execFileSync("mkfifo", [segment]);
  const recall = createRecall(folder, () => NOON, heard);
  const running = recall.of("one");
  const behind = Promise.allSettled([recall.read("a loss"), recall.read("another loss")]);

  // Opened when who reads it has opened it, too.
  const writer = await open(segment, "w");
  await rename(segment, pipe);
  await mkdir(segment);
  await writer.close();

  expect(await running).toBeNull();
  expect((await behind).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(heard.failures).toHaveLength(1);
});
