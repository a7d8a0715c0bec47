import { expect, test } from "vitest";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { MIA } from "../../test/fakes/sample-asking.ts";
import { NOON, SAMPLE_FACTS } from "../../test/fakes/samples.ts";
import { drawForm } from "./draw-form.ts";
import { EMPTY } from "./filled-form.ts";

/** Draws mia's form with prod chosen, read so many milliseconds ago. */
async function formOf(age: number): Promise<string> {
  const desk = createFakeDesk();
  await desk.facts.publish({ ...SAMPLE_FACTS, readAt: NOON - age });
  const drawn = await drawForm({ desk }, MIA, { filled: { ...EMPTY, cluster: "prod" }, former: null });
  return JSON.stringify("got" in drawn ? drawn.got.blocks : drawn.no);
}

test("the form offers the namespaces of a cluster that was read within five minutes, and no older ones", async () => {
  expect(await formOf(300_000)).toContain('"value":"payments"');
  expect(await formOf(300_001)).not.toContain('"value":"payments"');
  expect(await formOf(300_001)).toContain("prod");
});
