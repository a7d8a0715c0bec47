import { expect, test } from "vitest";
import { createRandom } from "../../fakes/random.ts";
import { anyCase, anyMidnight } from "./any-case.ts";
import { anyLaw } from "./any-law.ts";
import { compare } from "./compared.ts";

/** QUESTIONS=1000000 for a long run; SEED repeats one. */
const questions = Number(process.env.QUESTIONS ?? 100_000);
const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const EACH = 20;

test("P6 · a second reading of docs/policy.md agrees on random policies and questions", {
  timeout: 3_600_000,
}, async () => {
  const random = createRandom(seed);
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const faults: string[] = [];
  const started = Date.now();
  let asked = 0;
  for (; asked < questions && faults.length < 5; ) {
    const midnight = anyMidnight(random);
    const policy = anyLaw(random, midnight);
    const others = [anyLaw(random, midnight), anyLaw(random, midnight)];
    for (let i = 0; i < EACH; i++) {
      asked += 1;
      const question = anyCase(random, { policy, midnight, others });
      const lines = await compare(policy, question, count);
      if (lines.length > 0)
        faults.push(JSON.stringify({ asked, lines, policy, question: { ...question, clicks: question.clicks() } }));
    }
  }
  console.log(
    [...counts]
      .sort()
      .map(([what, n]) => `${n} ${what}`)
      .join("\n"),
    `\n${asked} in ${Date.now() - started} ms, seed ${random.seed}`,
  );
  expect(faults).toEqual([]);
});
