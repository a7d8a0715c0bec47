import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { NOON } from "../../test/fakes/samples.ts";
import { DISK, mountDisk } from "../../test/simulation/world/disk.ts";
import { createLedgerClaims } from "./ledger-claim.ts";
import { type Entered, LedgerFault, type LedgerFolder, openLedgerFolder } from "./ledger-folder.ts";
import { type LedgerCheck, verifyLedger } from "./ledger-segments.ts";

const events = createRecordedEvents();

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "daypass-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As a process does that just started. */
function openIn(folder: string): Promise<LedgerFolder> {
  return openLedgerFolder(createLedgerClaims(folder), events);
}

function rows(from: number, to: number): Entered[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    entry: `${from + i}-0`,
    row: { at: NOON, what: `row ${from + i}`, by: "mia", request: "r", grant: null, detail: { reason: "Zürich" } },
  }));
}

function segments(folder: string): string[] {
  return readdirSync(folder).toSorted();
}

function whatIn(folder: string): string[] {
  const texts = segments(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  return texts.filter((text) => text !== "").map((text) => JSON.parse(text).what);
}

/**
 * Has somebody open a ledger of two rows and write a third; another one, who is its writer too, writes a row right after
 * so many of their calls to the disk (0: never). Who lost looks anew at last. Returns how many calls there were, and what a
 * check of the ledger says.
 */
async function takeOver(after: number): Promise<{ looks: number; check: LedgerCheck }> {
  let looks = 0;
  let isLooking = false;
  let writeBetween = async () => {};
  mountDisk(() => async (_, effect) => {
    const answer = await effect();
    if (!isLooking) return answer;
    looks += 1;
    if (looks !== after) return answer;
    isLooking = false;
    await writeBetween();
    isLooking = true;
    return answer;
  });
  const other = await openIn(DISK);
  await other.append(rows(1, 2));
  const lost: Entered[] = [];
  const keep = (entered: Entered[]) => () => void lost.push(...entered);
  writeBetween = () => other.append(rows(3, 3)).catch(keep(rows(3, 3)));

  isLooking = true;
  await openIn(DISK)
    .then((next) => next.append(rows(4, 4)))
    .catch(keep(rows(4, 4)));
  isLooking = false;
  if (lost.length > 0) await (await openIn(DISK)).append(lost);

  return { looks, check: await verifyLedger(DISK) };
}

describe("the ledger's folder", () => {
  test("is made where it is missing, and an empty one holds", async () => {
    const folder = join(makeFolder(), "deep", "down");

    await openIn(folder);

    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 0 });
  });

  test("takes rows up again where another writer ended", async () => {
    const folder = makeFolder();

    await (await openIn(folder)).append(rows(1, 3));
    const next = await openIn(folder);
    await next.append(rows(4, 4));
    await next.append(rows(5, 6));

    expect(whatIn(folder)).toEqual([1, 2, 3, 4, 5, 6].map((i) => `row ${i}`));
    expect(segments(folder)).toEqual(["ledger-000000000001.jsonl"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 6 });
  });

  test("P10 · two who both think that they are its writer leave one chain, and whoever lost looks anew", async () => {
    const folder = makeFolder();
    await (await openIn(folder)).append(rows(1, 2));
    const [one, other] = [await openIn(folder), await openIn(folder)];

    const outcomes = await Promise.allSettled([one.append(rows(3, 4)), other.append(rows(5, 6))]);
    const lost = outcomes[0]?.status === "rejected" ? rows(3, 4) : rows(5, 6);
    await (await openIn(folder)).append(lost);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(whatIn(folder).toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((i) => `row ${i}`));
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 6 });
  });

  test("P10 · whoever takes over writes no number twice, after whichever of its looks at the disk another one wrote", async () => {
    const { looks } = await takeOver(0);

    const checks: LedgerCheck[] = [];
    for (let after = 1; after <= looks; after++) checks.push((await takeOver(after)).check);

    expect(looks).toBeGreaterThanOrEqual(8);
    expect(checks).toEqual(checks.map(() => ({ ok: true, lines: 4 })));
  });

  test("knows the entries it has, across a change of segment and of writer", async () => {
    const folder = makeFolder();
    const first = await openIn(folder);
    await first.append(rows(1, 4_999));
    await first.append(rows(5_000, 5_003));
    await first.append(rows(5_004, 5_005));

    const next = await openIn(folder);

    expect(segments(folder)).toEqual(["ledger-000000000001.jsonl", "ledger-000000005004.jsonl"]);
    for (const entered of [4_500, 5_000, 5_003, 5_005].flatMap((i) => rows(i, i))) {
      expect(first.has(entered)).toBe(true);
      expect(next.has(entered)).toBe(true);
    }
    expect(rows(5_006, 5_006).map(next.has)).toEqual([false]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 5_005 });
  });

  test("P10 · takes a row of an id that Redis gave before, as it may when it was emptied, for the new one that it is", async () => {
    const folder = makeFolder();
    const writer = await openIn(folder);
    const [before] = rows(1, 1);
    const [{ row }] = rows(2, 2) as [Entered];
    const after = { entry: "1-0", row };
    await writer.append([before as Entered]);

    expect(writer.has(after)).toBe(false);
    expect((await openIn(folder)).has(after)).toBe(false);
    await writer.append([after]);

    expect([(await openIn(folder)).has(after), writer.has(after)]).toEqual([true, true]);
    expect(whatIn(folder)).toEqual(["row 1", "row 2"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 2 });
  });

  test("after a crash at any byte of a batch has every row once when the batch is given again", async () => {
    const template = makeFolder();
    const writer = await openIn(template);
    await writer.append(rows(1, 2));
    const file = join(template, segments(template)[0] ?? "");
    const before = readFileSync(file).length;
    await writer.append(rows(3, 5));
    const whole = readFileSync(file);

    for (let at = before; at <= whole.length; at += 7) {
      const folder = makeFolder();
      writeFileSync(join(folder, "ledger-000000000001.jsonl"), whole.subarray(0, at));
      const next = await openIn(folder);
      await next.append(rows(3, 5).filter((entered) => !next.has(entered)));
      expect(whatIn(folder)).toEqual([1, 2, 3, 4, 5].map((i) => `row ${i}`));
      expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 5 });
    }
  });

  test("says in the log when it cut off a torn line", async () => {
    const folder = makeFolder();
    await (await openIn(folder)).append(rows(1, 2));
    const file = join(folder, "ledger-000000000001.jsonl");
    appendFileSync(file, '{"seq":3,"prev":"');
    const heard = createRecordedEvents();

    await openLedgerFolder(createLedgerClaims(folder), heard);

    expect(heard.happenings).toEqual([{ what: "torn last line cut off the ledger", fields: { file, bytes: 17 } }]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 2 });
  });

  test("goes on in a new segment of which a crash left nothing but the name", async () => {
    const folder = makeFolder();
    await (await openIn(folder)).append(rows(1, 5_000));
    writeFileSync(join(folder, "ledger-000000005001.jsonl"), '{"seq":50');

    await (await openIn(folder)).append(rows(5_001, 5_001));

    expect(segments(folder)).toEqual(["ledger-000000000001.jsonl", "ledger-000000005001.jsonl"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 5_001 });
  });

  test("is not written on where its last lines do not hold", async () => {
    const folder = makeFolder();
    await (await openIn(folder)).append(rows(1, 3));
    const file = join(folder, "ledger-000000000001.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").replace("row 2", "row X"));

    await expect(openIn(folder)).rejects.toThrow(LedgerFault);
  });

  test("refuses a writer whose place another one has taken, in the same segment or with a new one", async () => {
    const folder = makeFolder();
    const stopped = await openIn(folder);
    await stopped.append(rows(1, 2));
    const other = await openIn(folder);
    await other.append(rows(3, 4_999));

    await expect(stopped.append(rows(3, 3))).rejects.toThrow(LedgerFault);
    const late = await openIn(folder);
    await other.append(rows(5_000, 5_000));
    await other.append(rows(5_001, 5_001));
    await expect(late.append(rows(5_000, 5_000))).rejects.toThrow(LedgerFault);

    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 5_001 });
  });

  test("of two writers that open the same new segment at once takes one", async () => {
    const folder = makeFolder();
    const both = [await openIn(folder), await openIn(folder)];

    const outcomes = await Promise.allSettled(both.map((writer) => writer.append(rows(1, 1))));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 1 });
  });
});

describe("a check of the ledger", () => {
  async function makeLedger(): Promise<{ folder: string; file: string; texts: string[] }> {
    const folder = makeFolder();
    await (await openIn(folder)).append(rows(1, 5));
    const file = join(folder, "ledger-000000000001.jsonl");
    return { folder, file, texts: readFileSync(file, "utf8").split("\n").slice(0, -1) };
  }

  test.each([
    ["a changed word", (t: string[]) => t.map((x) => x.replace("row 3", "row 9")), 3, "does not carry its own hash"],
    ["a line taken out", (t: string[]) => t.filter((_, i) => i !== 2), 3, "is number 4 where 3 is due"],
    ["two lines swapped", (t: string[]) => t.with(1, t[2] ?? "").with(2, t[1] ?? ""), 2, "is number 3 where 2 is due"],
    ["a line twice", (t: string[]) => [...t.slice(0, 2), ...t.slice(1)], 3, "is number 2 where 3 is due"],
    ["an empty line", (t: string[]) => t.toSpliced(1, 0, ""), 2, "is no JSON"],
  ])("finds %s, and where it stands", async (_, spoil, line, why) => {
    const { folder, file, texts } = await makeLedger();

    writeFileSync(file, `${spoil(texts).join("\n")}\n`);

    expect(await verifyLedger(folder)).toEqual({ ok: false, lines: line - 1, file, line, why });
  });

  test("finds a line that seals itself but does not follow", async () => {
    const { folder, file, texts } = await makeLedger();
    const other = makeFolder();
    await (await openIn(other)).append(rows(11, 15));
    const stranger = readFileSync(join(other, "ledger-000000000001.jsonl"), "utf8").split("\n")[2] ?? "";

    writeFileSync(file, `${texts.with(2, stranger).join("\n")}\n`);

    expect(await verifyLedger(folder)).toMatchObject({
      ok: false,
      line: 3,
      why: "does not follow from the line before",
    });
  });

  test("finds a cut end and a missing segment", async () => {
    const { folder, file } = await makeLedger();
    truncateSync(file, readFileSync(file).length - 5);
    expect(await verifyLedger(folder)).toMatchObject({ ok: false, line: 5, why: "is cut off" });

    const gap = makeFolder();
    writeFileSync(join(gap, "ledger-000000000004.jsonl"), "");
    expect(await verifyLedger(gap)).toMatchObject({ ok: false, line: 1, lines: 0 });
  });
});
