/** The matrix is what it says: a case that is dropped or renamed would be missed by nobody else. */
import { describe, expect, test } from "vitest";
import type { Case } from "../chaos/case.ts";
import { allCases } from "../chaos/cases.ts";
import { POINTS } from "../chaos/points.ts";
import { createRandom } from "../fakes/random.ts";
import { readTrackedFiles } from "./tracked-files.ts";

const all = allCases(createRandom(1), null, null);
const of = (group: Case["group"]) => all.filter((one) => one.group === group);
const page = readTrackedFiles().find(({ path }) => path === "docs/testing-chaos.md")?.text ?? "";

describe("the whole matrix", () => {
  test("strikes at 42 points, each of another name and another call", () => {
    expect(POINTS.length).toBe(42);
    expect(new Set(POINTS.map(({ id }) => id)).size).toBe(42);
    expect(new Set(POINTS.map(({ side, line, call }) => `${side} ${line} ${call}`)).size).toBe(42);
  });

  test.each(POINTS)(
    "kills at $id before and after, with 1 and 2 replicas, back at once and late; and freezes once",
    (point) => {
      const kills = of("kill").filter((one) => one.point === point.id);
      const ways = ["before", "after"].flatMap((when) =>
        [1, 2].flatMap((each) =>
          ["at once", "late"].map((back) => `${point.id}, ${when}, ${each} each, restarted ${back}`),
        ),
      );

      expect(kills.map(({ name }) => name).sort()).toEqual(ways.sort());
      expect(of("freeze").filter((one) => one.point === point.id).length).toBe(1);
    },
  );

  test("has as many cases as its page says, of which no two have one name", () => {
    const groups = (["kill", "freeze", "random", "early", "fault"] as const).map((group) => of(group).length);
    const said =
      /these are (\d+) cases: (\d+) kills, (\d+) freezes, (\d+) kills .*?, (\d+) passes .*? and (\d+)\sfaults/s;

    expect(said.exec(page)?.slice(1).map(Number)).toEqual([all.length, ...groups]);
    expect(groups).toEqual([336, 42, 24, 39, 72]);
    expect(new Set([...of("kill"), ...of("fault"), ...of("early")].map(({ name }) => name)).size).toBe(336 + 72 + 39);
  });

  test.each(["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"])(
    "plays %s of the reliability plan",
    (plan) => {
      expect(of("fault").filter(({ name }) => name.startsWith(`${plan} `))).not.toEqual([]);
    },
  );

  test("is in an order that its seed decides", () => {
    const names = (seed: number) => allCases(createRandom(seed), 20, null).map(({ name }) => name);

    expect(names(7)).toEqual(names(7));
    expect(names(7)).not.toEqual(names(8));
  });
});
