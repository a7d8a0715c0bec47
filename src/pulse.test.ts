import { expect, test } from "vitest";
import { createPulse } from "./pulse.ts";

test("what comes round is alive, and what has not for five minutes is named, until it does again", () => {
  let now = 0;
  const pulse = createPulse(["sweep", "facts"], () => now);
  now = 300_000;
  expect(pulse.still()).toEqual([]);
  pulse.beat("sweep");
  now = 300_001;
  expect(pulse.still()).toEqual(["facts"]);
  pulse.beat("facts");
  expect(pulse.still()).toEqual([]);
});
