import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { NOON } from "../../test/fakes/samples.ts";
import { createLedgerClaims } from "./ledger-claim.ts";

const CLAIM = "ledger-000000000001.claim";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "daypass-claims-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Takes the folder; returns what tries to write line 1 as one process does, and says whether it could. */
function createTries(folder: string): () => Promise<boolean> {
  const claims = createLedgerClaims(folder);
  return async () => {
    const trying = claims.holding(1, async () => undefined);
    return trying.then(
      () => true,
      (cause: Error) => {
        expect(cause.message).toBe("somebody else is writing line 1 of the ledger");
        return false;
      },
    );
  };
}

describe("a claim on the ledger's next line", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    return () => void vi.useRealTimers();
  });

  test("that a dead writer left keeps nobody out for long, whatever time it bears", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, CLAIM), "");
    utimesSync(join(folder, CLAIM), NOON / 1000, NOON / 1000);
    const tryIt = createTries(folder);

    const tries: boolean[] = [];
    for (let second = 0; second <= 12; second++) {
      tries.push(await tryIt());
      vi.advanceTimersByTime(1_000);
    }

    expect(tries).toEqual([...Array(12).fill(false), true]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("P10 · is not taken for a dead writer's by who slept for an hour beside that writer", async () => {
    const folder = makeFolder();
    const sleeping = Promise.withResolvers<void>();
    const writing = createLedgerClaims(folder).holding(1, () => sleeping.promise);
    await vi.waitUntil(() => readdirSync(folder).length > 0);
    const tryIt = createTries(folder);

    const before = [await tryIt()];
    vi.advanceTimersByTime(3_000);
    before.push(await tryIt());
    vi.advanceTimersByTime(3_600_000);
    const after = await tryIt();
    const left = readdirSync(folder);
    sleeping.resolve();
    await writing;

    expect([...before, after]).toEqual([false, false, false]);
    expect(left).toEqual([CLAIM]);
    expect(await tryIt()).toBe(true);
  });

  test("is another one each time that it is made: many short ones are no long one", async () => {
    const folder = makeFolder();
    const tryIt = createTries(folder);

    for (let second = 0; second <= 12; second++) {
      writeFileSync(join(folder, CLAIM), "");
      utimesSync(join(folder, CLAIM), second, second);
      expect(await tryIt()).toBe(false);
      expect(readdirSync(folder)).toEqual([CLAIM]);
      vi.advanceTimersByTime(1_000);
    }
  });
});
