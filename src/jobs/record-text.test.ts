import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { NOON, SAMPLE_APPROVAL, SAMPLE_GRANTS, SAMPLE_HISTORY, sampleRequest } from "../../test/fakes/samples.ts";
import { transitionRequest } from "../workflows/request.ts";
import { readRecord, writeRecord } from "./record-text.ts";

const HASH = `sha256:${createHash("sha256").update("policy").digest("hex")}`;
const decision = { people: ["ada"], at: NOON, policyHash: HASH, rules: ["acme-payments"] };
const REQUEST = sampleRequest({ policyHash: HASH });
const REQUESTS = [
  REQUEST,
  transitionRequest(REQUEST, { ...SAMPLE_APPROVAL, decision, grants: ["abcdefghija", "abcdefghijb"] }),
  transitionRequest(REQUEST, { ...SAMPLE_APPROVAL, type: "yes", fingerprint: "another" }),
  transitionRequest(REQUEST, { type: "deny", decision, why: "not today" }),
  transitionRequest(REQUEST, { type: "withdraw", at: NOON }),
  transitionRequest(REQUEST, { type: "lapse", at: NOON }),
];

test("every record in every state is read as it was written", () => {
  for (const record of [...Object.values(SAMPLE_GRANTS), ...REQUESTS, SAMPLE_HISTORY]) {
    expect(readRecord(writeRecord(record))).toEqual(record);
  }
});

test("what people wrote comes back as they wrote it, whatever it looks like", () => {
  const phrases = ['","role":"', '"id":"', '\\","state":"', `"${HASH}"`, "\x01", "\x02x", "\u2028", "\ud800", "é", "%"];
  const random = createRandom();

  for (let i = 0; i < 2_000; i++) {
    const reason = Array.from({ length: random.below(12) }, () => random.pick(phrases)).join("");
    const record = { reason, [reason]: { id: reason, list: [reason, HASH, HASH.toUpperCase()] } };
    expect(readRecord(writeRecord(record)), `seed ${random.seed}`).toEqual(record);
  }
});

test("a grant in use takes no more than half of its JSON, and its values can be read", () => {
  const { active } = SAMPLE_GRANTS;

  const text = writeRecord(active);

  expect(text.length).toBeLessThan(JSON.stringify(active).length / 2);
  for (const value of [active.id, active.grantee, active.role, "payments", String(active.end)]) {
    expect(text).toContain(value);
  }
});

test("what is no record is refused", () => {
  expect(() => readRecord('{"id":')).toThrow(SyntaxError);
  expect(() => readRecord("\x1f\x1f")).toThrow(SyntaxError);
});
