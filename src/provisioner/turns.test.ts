import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

/** Work that begins when it gets its turn and is done when it is told so. */
function createWork() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = { hasBegun: false, finish: resolve, run: () => promise };
  work.run = () => {
    work.hasBegun = true;
    return promise;
  };
  return work;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const begun = (works: readonly { hasBegun: boolean }[]) => works.filter(({ hasBegun }) => hasBegun).length;

test("P1 · cuts begin at once, all of them, whatever else is under way", () => {
  const turns = createTurns();
  const others = Array.from({ length: 60 }, createWork);
  for (const [i, { run }] of others.entries()) void turns[i % 2 === 0 ? "make" : "end"](run);
  const cuts = Array.from({ length: 1_000 }, createWork);

  for (const { run } of cuts) void turns.cut(run);

  expect(begun(cuts)).toBe(1_000);
  for (const { finish } of [...others, ...cuts]) finish();
});

test("P1 · endings begin when the cuts that are under way are done, and not all at once", async () => {
  const turns = createTurns();
  const cuts = Array.from({ length: 3 }, createWork);
  for (const { run } of cuts) void turns.cut(run);
  const ends = Array.from({ length: 40 }, createWork);
  const ending = ends.map(({ run }) => turns.end(run));
  cuts[0]?.finish();
  await settled();
  expect(begun(ends)).toBe(0);

  for (const { finish } of cuts) finish();

  await settled();
  expect(begun(ends)).toBe(16);
  ends[0]?.finish();
  await settled();
  expect(begun(ends)).toBe(17);
  for (const { finish } of ends) finish();
  await Promise.all(ending);
});

test("P7 · a cut that fails holds up no ending", async () => {
  const turns = createTurns();
  const cutting = turns.cut(() => Promise.reject(new Error("no answer")));
  const end = createWork();
  const ending = turns.end(end.run);

  await expect(cutting).rejects.toThrow("no answer");
  end.finish();
  await ending;

  expect(end.hasBegun).toBe(true);
});

test("making, handing over and ending wait for their own kind alone", async () => {
  const turns = createTurns();
  const makes = Array.from({ length: 40 }, createWork);
  for (const { run } of makes) void turns.make(run);
  const [delivery, end] = [createWork(), createWork()];

  void turns.deliver(delivery.run);
  void turns.end(end.run);

  await settled();
  expect([begun(makes) < 40, delivery.hasBegun, end.hasBegun]).toEqual([true, true, true]);
  for (const { finish } of [...makes, delivery, end]) finish();
});
