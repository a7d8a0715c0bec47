import { expect, test } from "vitest";
import { packScope, packShown, unpackGrant, unpackMention, unpackRequest, unpackScope, unpackShown } from "./names.ts";

test("a button's value comes back as the request and the fingerprint it was made of", () => {
  const shown = { request: "abcdefgh27", fingerprint: "f00dfacef00dface" };

  expect(unpackShown(packShown(shown))).toEqual(shown);
  expect(unpackGrant(`${shown.request}a`)).toBe(`${shown.request}a`);
  expect(unpackRequest(shown.request)).toBe(shown.request);
});

test.each([
  ["nothing", undefined],
  ["no fingerprint", "abcdefghij"],
  ["a path", "../../abcd.f00d"],
  ["more than one line", "abcdefghij.f00d\nx"],
  ["a key of Redis", "{daypass}:.f00d"],
])("a value that holds %s is no request and no grant", (_, value) => {
  expect(unpackShown(value)).toBeNull();
  expect(unpackGrant(value)).toBeNull();
  expect(unpackRequest(value === "abcdefghij" ? "abcdefghija" : value)).toBeNull();
  expect(unpackScope(value ?? "")).toBeNull();
});

test("what a confirmation ends comes back as it was", () => {
  for (const scope of ["all", { user: "U0LENA" }] as const) expect(unpackScope(packScope(scope))).toEqual(scope);
});

test.each([
  ["<@U0LENA|lena.fox>", "U0LENA"],
  [" <@W0LENA> ", "W0LENA"],
  ["@lena.fox", null],
  ["<@U0LENA|lena> <@U0OMAR|omar>", null],
  ["all <@U0LENA|lena>", null],
  ["<!channel>", null],
])("the words %s mention %s", (words, user) => {
  expect(unpackMention(words)).toBe(user);
});
