import { expect, test } from "vitest";
import { createBindingUids } from "./binding-uids.ts";

test("a uid is found by name and namespace until it is forgotten", () => {
  const uids = createBindingUids();

  uids.keep("g-a-1", "payments", "u-1");
  uids.keep("g-a-1", "ledger", "u-2");
  uids.forget("g-a-1", "ledger");

  expect(uids.find("g-a-1", "payments")).toBe("u-1");
  expect(uids.find("g-a-1", "ledger")).toBeUndefined();
  expect(uids.find("g-b-1", "payments")).toBeUndefined();
});

test("it holds ten thousand, and the oldest makes room", () => {
  const uids = createBindingUids();

  for (let i = 0; i <= 10_000; i++) uids.keep(`g-${i}`, "payments", `u-${i}`);

  expect(uids.find("g-0", "payments")).toBeUndefined();
  expect(uids.find("g-1", "payments")).toBe("u-1");
  expect(uids.find("g-10000", "payments")).toBe("u-10000");
});
