import { expect, test } from "vitest";
import { retryAfter, retryAfterOf } from "./retry-after.ts";

const NOW = Date.parse("Sat, 21 Nov 2026 04:00:00 GMT");

test.each([
  ["7", 7_000],
  [" 12 ", 12_000],
  ["Sat, 21 Nov 2026 04:00:20 GMT", 20_000],
  ["3600", 60_000],
  ["Sun, 22 Nov 2026 04:00:00 GMT", 60_000],
])("%j is waited for, at most a minute", (header, ms) => {
  expect(retryAfter(header, NOW)).toBe(ms);
});

test.each([undefined, "", "0", "-5", "soon", "1.5", "Sat, 21 Nov 2026 03:59:00 GMT"])("%j says nothing", (header) => {
  expect(retryAfter(header, NOW)).toBeNull();
});

test("a date is compared with the clock of who wrote it", () => {
  const headers = { date: "Sat, 21 Nov 2026 04:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 04:00:09 GMT" };

  expect(retryAfterOf(headers)).toBe(9_000);
  expect(retryAfterOf({})).toBeNull();
});
