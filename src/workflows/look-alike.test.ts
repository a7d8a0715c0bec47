import { expect, test } from "vitest";
import { looksOf, mixedWords } from "./look-alike.ts";

test.each<[string, string[]]>([
  ["payments approvers", []],
  ["pаyments approvers", ["pаyments"]],
  ["Αda and ben and оlga", ["Αda", "оlga"]],
  ["Доступ к payments", []],
  ["Ομάδα payments", []],
  ["Über naïve Łukasz 日本 web", []],
  ["web1日本", []],
  ["a-б", []],
  ["", []],
])("%s", (text, mixed) => {
  expect(mixedWords(text)).toEqual(mixed);
});

test.each([
  ["\u0408\u043e", "jo"],
  ["\u0391da  \u0420ark", "ada park"],
  ["\uff2a\uff4f", "jo"],
  ["Ünal", "ünal"],
])("%s looks like %s", (name, looks) => {
  expect(looksOf(name)).toBe(looks);
});
