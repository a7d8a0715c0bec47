import { describe, expect, test } from "vitest";
import { createExcuses, listedFrom, listsOf } from "./excuses.ts";

const FOREVER = Number.POSITIVE_INFINITY;

function at(start: number, ...living: string[]) {
  const world = { now: start, living };
  const excuses = createExcuses(
    () => world.now,
    () => world.living,
  );
  return { world, excuses };
}

describe("a part is in trouble", () => {
  test("as long as the last of its troubles lasts, and what needs it until then", () => {
    const { world, excuses } = at(10, "w1");
    excuses.begin("prod");
    excuses.begin("prod");
    world.now = 20;
    excuses.over("prod");
    expect(excuses.until(["prod", "redis"])).toBe(FOREVER);

    world.now = 30;
    excuses.over("prod");

    expect([excuses.until(["prod", "redis"]), excuses.until(["redis"])]).toEqual([30, 0]);
  });

  test("where no living worker reaches it, and not where one does", () => {
    const { world, excuses } = at(10, "w1", "w2");
    excuses.cut("prod", "w1");
    expect(excuses.until(["prod"])).toBe(0);

    world.living = ["w1"];
    expect(excuses.until(["prod"])).toBe(FOREVER);
    world.now = 20;
    excuses.joined("prod", "w1");

    expect(excuses.until(["prod"])).toBe(20);
  });

  test("together with Redis, where each worker lacks one of the two; two clusters are not, which nothing needs at once", () => {
    const { world, excuses } = at(10, "w1", "w2");
    excuses.cut("prod", "w1");
    excuses.cut("redis", "w2");
    expect(excuses.until(["prod", "redis"])).toBe(FOREVER);
    expect(excuses.until(["dev", "redis"])).toBe(0);
    world.now = 20;
    excuses.joined("redis", "w2");
    expect(excuses.until(["prod", "redis"])).toBe(20);

    excuses.cut("dev", "w2");
    world.now = 30;
    excuses.joined("dev", "w2");
    expect(excuses.until(["dev"])).toBe(0);
  });

  test("for a worker that was cut from it twice, until it is back twice", () => {
    const { excuses } = at(10, "w1");
    excuses.cut("prod", "w1");
    excuses.cut("prod", "w1");
    excuses.joined("prod", "w1");
    expect([excuses.until(["prod"]), excuses.isCutFrom(["prod"]), excuses.isCut("w1", ["redis", "prod"])]).toEqual([
      ...[FOREVER, true, true],
    ]);

    excuses.joined("prod", "w1");

    expect([excuses.until(["prod"]), excuses.isCutFrom(["prod"]), excuses.isCut("w1", ["redis", "prod"])]).toEqual([
      ...[10, false, false],
    ]);
  });
});

test("a role's change is to be known from then on, or 15 s after its cluster last forgot its history", () => {
  const { excuses } = at(10);
  expect(listedFrom(excuses, "prod", 1_000)).toBe(1_000);

  excuses.note(listsOf("prod"), 500);

  expect([1_000, 20_000].map((changedAt) => listedFrom(excuses, "prod", changedAt))).toEqual([15_500, 20_000]);
});
