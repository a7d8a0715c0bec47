import { expect, inject, test } from "vitest";
import { createRandom } from "../fakes/random.ts";
import { useGuardian, useKubernetes } from "../workbench/for-tests.ts";
import { allCases } from "./cases.ts";
import { isStalled } from "./judge-access.ts";
import { row } from "./report.ts";
import { runCases } from "./run-cases.ts";

const kubernetes = useKubernetes();
const guardian = useGuardian();

/** What a slice may take, and by when its cases are over so that its processes are gone by then. */
const SLICE_MS = 90_000;
const PLAYED_MS = 78_000;
const LANES = 3;

test("P1 · P3 · P5 · P7 · whatever is killed or cut off, and whenever: a part of `make chaos`, another one each time", async () => {
  const begunAt = performance.now();
  const random = createRandom();
  console.log(`chaos: SEED=${random.seed}`);

  const results = await runCases({
    ...{ guardian, kubernetes, redisServer: inject("redisServer"), lanes: LANES, prefix: "slice-" },
    ...{ cases: allCases(random, null, null), overBy: begunAt + PLAYED_MS },
    over: (result) => console.log(row(result)),
    cutShort: ({ name }) => console.log(`${name}: cut short, since the slice's time is over`),
  });

  // Other tests share the machine: where it stalled at the last, a case has shown nothing, and none is left to be played again.
  const shown = results.filter(({ violations, met, stallMs }) => met || violations.length > 0 || !isStalled(stallMs));
  const wrong = shown.filter(({ violations, met }) => violations.length > 0 || !met);
  for (const { account } of wrong) console.log(account);
  expect(wrong.map(({ case: one, violations }) => `${one.name}: ${violations.join("; ") || "not met"}`)).toEqual([]);
  expect(shown.length).toBeGreaterThan(0);
  expect(performance.now() - begunAt).toBeLessThan(SLICE_MS);
}, 300_000);
