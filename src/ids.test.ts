import { expect, test } from "vitest";
import { hashedIds } from "./ids.ts";

test("the same seed gives the same id, so a click delivered twice makes one request", () => {
  expect(hashedIds.requestId("view V123")).toBe(hashedIds.requestId("view V123"));
});

test("other seeds give other ids: none of ten thousand is the same as another", () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => hashedIds.requestId(`seed ${i}`));

  expect(new Set(ids).size).toBe(ids.length);
});

test("an id is ten characters that a Kubernetes name, a job id and a button all accept", () => {
  for (let i = 0; i < 1000; i++) expect(hashedIds.requestId(`seed ${i}`)).toMatch(/^[a-z2-7]{10}$/);
});

test("every letter and digit of base32 comes up, in every place", () => {
  const ids = Array.from({ length: 2000 }, (_, i) => hashedIds.requestId(`seed ${i}`));
  for (let place = 0; place < 10; place++) expect(new Set(ids.map((id) => id[place])).size).toBe(32);
});

test("an id is RFC 4648's base32 of the hash, so anybody can recompute it", () => {
  // printf 'request abc' | sha256sum | xxd -r -p | base32 | cut -c1-10 | tr A-Z a-z
  expect(hashedIds.requestId("abc")).toBe("juzwwuzybc");
});

test("a fingerprint tells two cards apart and is short enough for a button", () => {
  expect(hashedIds.fingerprint("card")).toMatch(/^[0-9a-f]{16}$/);
  expect(hashedIds.fingerprint("card")).not.toBe(hashedIds.fingerprint("card "));
});
