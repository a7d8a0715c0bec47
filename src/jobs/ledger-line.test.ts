import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { NOON } from "../../test/fakes/samples.ts";
import type { LedgerRow } from "../workflows/ports.ts";
import { canonicalJson, NO_LINE_BEFORE, readLine, renderLine, sealRow } from "./ledger-line.ts";

const ROW: LedgerRow = {
  ...{ at: NOON, what: "asked", by: "mia", request: "abcdefghij", grant: null },
  detail: { reason: 'Zürich – \u2028 "quoted" \ud83d\ude80', n: 1.5, list: [1, { b: null, a: true }] },
};

test.each([
  [{ b: 1, a: [2, { d: null, c: "x" }] }, '{"a":[2,{"c":"x","d":null}],"b":1}'],
  [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
  [{ "\ud83d\ude00": 1, "\ufb33": 2 }, '{"\ud83d\ude00":1,"\ufb33":2}'],
  ["\u2028\u0001", '"\u2028\\u0001"'],
  [1e21, "1e+21"],
  [{}, "{}"],
  [[], "[]"],
])("%j has one canonical text", (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test("a line reads back as it was written", () => {
  const line = sealRow(ROW, 1, NO_LINE_BEFORE, "1-0");

  expect(readLine(renderLine(line))).toEqual(line);
});

test("a stranger can compute a line's hash from the line alone", () => {
  const { hash, ...open } = JSON.parse(renderLine(sealRow(ROW, 7, "ab", "1-0")));

  const sorted = canonicalJson(open);

  expect(createHash("sha256").update(sorted).digest("hex")).toBe(hash);
  expect(sorted.startsWith('{"at":')).toBe(true);
});

test("a change of any field is seen", () => {
  const line = sealRow(ROW, 1, NO_LINE_BEFORE, "1-0");

  for (const changed of [
    { ...line, seq: 2 },
    { ...line, by: "max" },
    { ...line, at: NOON + 1 },
    { ...line, detail: { ...ROW.detail, n: 2 } },
    { ...line, prev: `${"0".repeat(63)}1` },
    { ...line, entry: "2-0" },
  ]) {
    expect(readLine(renderLine(changed))).toBe("does not carry its own hash");
  }
});

test("another text for the same values is seen", () => {
  const text = renderLine(sealRow(ROW, 1, NO_LINE_BEFORE, "1-0"));

  expect(readLine(text.replace('"by":"mia"', '"by":"max","by":"mia"'))).toBe("is not written as the ledger writes");
  expect(readLine(text.replace('"by":"mia"', '"by": "mia"'))).toBe("is not written as the ledger writes");
  expect(readLine(text.slice(0, -1))).toBe("is no JSON");
  expect(readLine("null")).toBe("is no JSON object");
});
