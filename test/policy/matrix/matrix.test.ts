import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kindOf } from "../referee/heard.ts";
import { ACTS, type ActName, type Answer, act, type Cell, policies } from "./acts.ts";
import { opine } from "./second-opinion.ts";
import { STATES } from "./states.ts";
import { KINDS, ROLES } from "./world.ts";

/** Every cell, one a line. Written anew by `WRITE_MATRIX=1 vitest run --project pure test/policy/matrix`, to be read in the diff. */
const GOLDEN = join(import.meta.dirname, "matrix.golden.txt");

const NAMES = Object.keys(ACTS) as ActName[];
const CELLS: readonly Cell[] = ROLES.flatMap((role) =>
  KINDS.flatMap((kind) => STATES.map((state) => ({ role, kind, state }))),
);
const policyFor = policies();

/** Takes an act and a cell; returns its line but for the answer. */
function nameOf(name: ActName, { role, kind, state }: Cell): string {
  return `${name} | ${state} | ${role} | ${kind}`;
}

function say(answer: Answer): string {
  return "did" in answer ? `YES ${answer.did}` : answer.refused.join(", ");
}

const all = NAMES.flatMap((name) => CELLS.map((cell) => ({ name, cell })));
/** Every act in every cell, and what the product answered. */
const everyCell = Promise.all(
  all.map(async ({ name, cell }) => ({ name, cell, answer: await act(name, cell, policyFor(cell.role, cell.kind)) })),
);

test("P6 · who may do what, when, to whose, is what the matrix says, cell by cell", async () => {
  const cells = await everyCell;

  const sorted = cells.toSorted((one, other) => order(one) - order(other));
  const lines = sorted.map(({ name, cell, answer }) => `${nameOf(name, cell)} | ${say(answer)}`);
  const text = ["act | state | role | kind | answer", ...lines, ""].join("\n");
  if (process.env.WRITE_MATRIX === "1") writeFileSync(GOLDEN, text);
  expect(text).toBe(readFileSync(GOLDEN, "utf8"));
});

/** Acts one after another, each by its states, so that who may stands together. */
function order({ name, cell }: { readonly name: ActName; readonly cell: Cell }): number {
  const places = [NAMES.indexOf(name), STATES.indexOf(cell.state), ROLES.indexOf(cell.role), KINDS.indexOf(cell.kind)];
  return places.reduce((all, place) => all * 100 + place, 0);
}

test("P6 · the referee's reading of the document agrees with every cell", async () => {
  const cells = await everyCell;

  const parted = cells.flatMap(({ name, cell, answer }) => {
    const { did, against } = opine(name, cell, policyFor(cell.role, cell.kind));
    const heard = new Set([...against].map(kindOf));
    const agrees =
      "did" in answer
        ? against.size === 0 && answer.did === did
        : answer.refused.length > 0 && answer.refused.every((code) => heard.has(kindOf(code)));
    return agrees
      ? []
      : [`${nameOf(name, cell)} | ${say(answer)}, but for the referee ${[...against].join(", ") || did}`];
  });

  expect(parted).toEqual([]);
});
