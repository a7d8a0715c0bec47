import { expect, test } from "vitest";
import { mixedWords } from "./look-alike.ts";

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
