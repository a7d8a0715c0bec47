import { expect, test } from "vitest";
import { sampleRequest } from "../../test/fakes/samples.ts";
import type { Less } from "../workflows/request.ts";
import type { Risk } from "../workflows/step-up.ts";
import { packShown } from "./names.ts";
import { packYesForm, unpackYesForm } from "./yes-form.ts";

const request = sampleRequest();
const shown = { request: request.id, fingerprint: request.fingerprint };
const MEDIUM: Risk = { tier: "medium", why: ["Runs commands", "production"] };
const all = { request, shown, needs: MEDIUM, less: null };

test("a form carries what it is about, and what was chosen before it", () => {
  const less: Less = { durationSeconds: 1800, namespaces: ["payments"], startsAt: 1_800_000_000_000 };

  expect(unpackYesForm(packYesForm(all)).shown).toEqual(shown);
  expect(unpackYesForm(packYesForm(all)).less(request)).toBeNull();
  expect(unpackYesForm(packYesForm({ ...all, less })).less(request)).toEqual(less);
});

test("it said the risk that it was made with, and any that is no more than that", () => {
  const { said } = unpackYesForm(packYesForm(all));

  expect(said(MEDIUM)).toBe(true);
  expect(said({ tier: "low", why: ["production"] })).toBe(true);
  expect(said({ ...MEDIUM, tier: "high" })).toBe(false);
  expect(said({ ...MEDIUM, why: [...MEDIUM.why, "outside of hours"] })).toBe(false);
});

test("of reasons it said no more than it showed, and as many as are shown are all that it has to say", () => {
  const why = Array.from({ length: 10 }, (_, i) => `reason ${i}`);
  const { said } = unpackYesForm(packYesForm({ ...all, needs: { ...MEDIUM, why } }));

  expect(said({ ...MEDIUM, why })).toBe(true);
  expect(said({ ...MEDIUM, why: why.slice(8) })).toBe(false);
});

test("one that was opened before forms carried it said nothing, and what is no form's names no request", () => {
  const old = unpackYesForm(packShown(shown));

  expect(old.shown).toEqual(shown);
  expect(old.said({ tier: "low", why: [] })).toBe(false);
  for (const text of ["", "{}", "[", '{"shown":1}']) expect(unpackYesForm(text).shown).toBeNull();
});
