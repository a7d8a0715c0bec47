import { expect, test } from "vitest";
import type { Ref } from "../workflows/ports.ts";
import { lookInTurn } from "./look-in-turn.ts";

const GRANT: Ref = { kind: "grant", id: "abcdefghija" };

function setUp() {
  const looks: { readonly ref: Ref; finish(): void; fail(cause: unknown): void }[] = [];
  const look = lookInTurn(
    (ref) =>
      new Promise<void>((resolve, reject) => {
        looks.push({ ref, finish: resolve, fail: reject });
      }),
  );
  const at = (i: number) => {
    const found = looks[i];
    if (found === undefined) throw new Error(`there was no look ${i}`);
    return found;
  };
  return { look, looks, at };
}

test("two records are looked at side by side", () => {
  const { look, looks } = setUp();

  void look(GRANT);
  void look({ kind: "request", id: GRANT.id });

  expect(looks).toHaveLength(2);
});

test("who asks while a look is running gets one more after it, which all of them share", async () => {
  const { look, looks, at } = setUp();
  const first = look(GRANT);
  const others = [look(GRANT), look(GRANT), look(GRANT)];
  expect(looks).toHaveLength(1);

  at(0).finish();
  await first;
  await expect.poll(() => looks.length).toBe(2);
  at(1).finish();
  await Promise.all(others);

  expect(looks).toHaveLength(2);
});

test("a look that fails tells its own caller alone, and the next one comes all the same", async () => {
  const { look, looks, at } = setUp();
  const first = look(GRANT);
  const second = look(GRANT);

  at(0).fail(new Error("silent"));
  await expect(first).rejects.toThrow("silent");
  await expect.poll(() => looks.length).toBe(2);
  at(1).finish();

  await expect(second).resolves.toBeUndefined();
});
