import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createRecordedEvents } from "../test/fakes/recorded-events.ts";
import { POLICY_INPUT } from "../test/fakes/samples.ts";
import { readPolicy } from "./policy-source.ts";

const folder = mkdtempSync(join(tmpdir(), "daypass-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a policy without fault is in force, with its hash", () => {
  const events = createRecordedEvents();
  const path = join(folder, "good.yaml");
  writeFileSync(path, JSON.stringify(POLICY_INPUT));

  const current = readPolicy(path, events).current();

  expect(current?.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(current?.policy.people.mia).toMatchObject({ name: "Mia Contractor" });
  expect(events.failures).toEqual([]);
});

test("a policy with faults is no policy: each fault is logged, and nothing is thrown, since endings go on", () => {
  const events = createRecordedEvents();
  const path = join(folder, "bad.yaml");
  writeFileSync(path, JSON.stringify({ ...POLICY_INPUT, version: 2, allowAll: true }));

  expect(readPolicy(path, events).current()).toBeNull();
  expect(events.failures).toHaveLength(2);
});

test("a policy that is not there is no policy", () => {
  const events = createRecordedEvents();

  expect(readPolicy(join(folder, "none.yaml"), events).current()).toBeNull();
  expect(events.failures).toHaveLength(1);
});
