import { expect, test } from "vitest";
import { createKnownGrants, rememberBinding } from "./known-grants.ts";

test("what is known of a grant is found by its name until it is forgotten", () => {
  const known = createKnownGrants();

  known.of("g-a-1").bindings.set("payments", "u-1");

  expect(known.find("g-a-1")?.bindings.get("payments")).toBe("u-1");
  expect(known.of("g-a-1").bindings.size).toBe(1);
  expect(known.find("g-b-1")).toBeUndefined();
  known.forget("g-a-1");
  expect(known.find("g-a-1")).toBeUndefined();
});

test("it holds ten thousand, and the oldest makes room", () => {
  const known = createKnownGrants();

  for (let i = 0; i <= 10_000; i++) known.of(`g-${i}`);

  expect(known.find("g-0")).toBeUndefined();
  expect(known.find("g-1")).toBeDefined();
  expect(known.find("g-10000")).toBeDefined();
});

test("a binding that is heard of is remembered where its labels and its name say that it is one grant's of ours", () => {
  const known = createKnownGrants();
  const name = "g-abcdefghija-1780322400";
  const labels = { "app.kubernetes.io/managed-by": "daypass", "daypass.dev/grant": "abcdefghija" };
  const binding = { name, namespace: "payments", uid: "u-1", labels };

  rememberBinding(known, { ...binding, labels: { "daypass.dev/grant": "abcdefghija" } });
  rememberBinding(known, { ...binding, name: "daypass-worker-target" });
  rememberBinding(known, { ...binding, labels: { ...labels, "daypass.dev/grant": "other" } });
  expect(known.find(name)).toBeUndefined();

  rememberBinding(known, binding);
  expect(known.find(name)?.bindings.get("payments")).toBe("u-1");
});
