import { expect, inject, test } from "vitest";
import { createRandom } from "../fakes/random.ts";
import { useGuardian, useKubernetes } from "../workbench/for-tests.ts";
import { allCases } from "./cases.ts";
import { isStalled } from "./judge-access.ts";
import { row } from "./report.ts";
import { runCases } from "./run-cases.ts";

const kubernetes = useKubernetes();
const guardian = useGuardian();

/** No case is begun later than that, so that with the last of them 90 s are over. */
const BEGUN_WITHIN_MS = 60_000;
const LANES = 3;
/** Those of a minute would not fit. */
const LONG = / -?[67]0 s /;

test("P1 · P3 · P5 · P7 · whatever is killed or cut off, and whenever: a part of `make chaos`, another one each time", async () => {
  const random = createRandom();
  const cases = allCases(random, null, null).filter(({ name }) => !LONG.test(name));
  console.log(`chaos: SEED=${random.seed}`);

  const results = await runCases({
    ...{ guardian, kubernetes, redisServer: inject("redisServer"), cases, lanes: LANES, prefix: "slice-" },
    giveUpAt: performance.now() + BEGUN_WITHIN_MS,
    over: (result) => console.log(row(result)),
  });

  // Other tests share the machine: where it stalled at the last, a case has shown nothing, and none is left to be played again.
  const shown = results.filter(({ violations, met, stallMs }) => met || violations.length > 0 || !isStalled(stallMs));
  const wrong = shown.filter(({ violations, met }) => violations.length > 0 || !met);
  for (const { account } of wrong) console.log(account);
  expect(wrong.map(({ case: one, violations }) => `${one.name}: ${violations.join("; ") || "not met"}`)).toEqual([]);
  expect(shown.length).toBeGreaterThan(0);
}, 300_000);
