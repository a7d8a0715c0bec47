import { expect, test } from "vitest";
import { packShown, unpackGrant, unpackShown } from "./names.ts";

test("a button's value comes back as the request and the fingerprint it was made of", () => {
  const shown = { request: "abcdefgh27", fingerprint: "f00dfacef00dface" };

  expect(unpackShown(packShown(shown))).toEqual(shown);
  expect(unpackGrant(`${shown.request}a`)).toBe(`${shown.request}a`);
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
});
