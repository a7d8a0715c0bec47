import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { parseDuration } from "../workflows/duration.ts";
import { PolicyShape } from "../workflows/policy-schema.ts";
import { policyJsonSchema } from "./schema.ts";

type Schema = Record<string, unknown>;

/** Every setting of the schema whose name says that it is a duration, with its schema. */
function durationsIn(schema: unknown): readonly Schema[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([name, inner]) =>
    name === "maxDuration" || name === "reviewWithin" ? [inner as Schema] : durationsIn(inner),
  );
}

describe("what the schema says of a duration", () => {
  const { reviewWithin } = PolicyShape.shape.breakGlass.unwrap().shape;
  const durations = durationsIn(policyJsonSchema());
  const isByPattern = (text: string) => durations.map(({ pattern }) => new RegExp(String(pattern), "u").test(text));

  test("is the same of all of them", () => {
    expect(durations).toHaveLength(7);
    expect(new Set(durations.map(({ pattern }) => pattern)).size).toBe(1);
  });

  test.each(["30m", "2h", "1h30m", "1h2m3s", "0h45s", "999h", "0h0m1s", "005m"])("takes %j, as lint does", (text) => {
    expect(new Set(isByPattern(text))).toEqual(new Set([true]));
    expect(reviewWithin.safeParse(text).success).toBe(true);
  });

  test.each(["", "0m", "0h00m000s", "4 h", "4H", "4\u00a0h", "30 min", "1h\n", "1m1h", "1000m", "1.5h", "-1h", "٣h"])(
    "takes %j as little as lint does",
    (text) => {
      expect(new Set(isByPattern(text))).toEqual(new Set([false]));
      expect(reviewWithin.safeParse(text).success).toBe(false);
    },
  );

  test("agrees with what lint reads, of any text", () => {
    const random = createRandom();
    for (let run = 0; run < 3_000; run++) {
      const text = Array.from({ length: random.below(8) }, () => random.pick([..."00159hhmmss H.-\n"])).join("");
      const read = reviewWithin.safeParse(text);
      // What people may type, without what they may type it with.
      const seconds = /[^0-9hms]/.test(text) ? null : parseDuration(text);

      const words = `seed ${random.seed}, run ${run}: ${JSON.stringify(text)}`;
      expect(isByPattern(text)[0], words).toBe(read.success);
      expect(read.data ?? 0, words).toBe(seconds ?? 0);
    }
  });
});
