import { expect, test } from "vitest";
import { NOON, SAMPLE_NEEDS } from "../../test/fakes/samples.ts";
import type { Yes } from "./request.ts";
import { isInForm, sortYeses } from "./step-up.ts";

const yes: Yes = { by: "ada", at: NOON, policyHash: "p1", less: null };
const [old, bare, stepped] = [yes, { ...yes, stepped: false }, { ...yes, stepped: true }];

test("a yes needs the form where it is asked for; one of which nobody knows how it was given was not in it", () => {
  const form = { ...SAMPLE_NEEDS, stepUp: true };

  expect([old, bare, stepped].map((one) => isInForm(one, form))).toEqual([false, false, true]);
  expect([old, bare, stepped].map((one) => isInForm(one, SAMPLE_NEEDS))).toEqual([true, true, true]);
  expect(sortYeses({ needs: form, yeses: [old, bare, stepped] })).toEqual({
    ...{ counting: [stepped], onceMore: [old, bare] },
  });
  expect(sortYeses({ needs: SAMPLE_NEEDS, yeses: [old, bare, stepped] })).toEqual({
    ...{ counting: [old, bare, stepped], onceMore: [] },
  });
});
