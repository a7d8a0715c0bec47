import { expect, it } from "vitest";
import { newestFirst } from "./newest-first.ts";

it("runs one at a time, and of those that wait only the newest", async () => {
  const inOrder = newestFirst();
  const first = Promise.withResolvers<void>();
  const ran: string[] = [];
  const run = (at: string, until?: Promise<void>) =>
    inOrder("view", at, async () => {
      await until;
      ran.push(at);
    });

  const all = [run("1", first.promise), run("2"), run("3")];
  await Promise.resolve();
  first.resolve();
  await Promise.all(all);

  expect(ran.at(-1)).toBe("3");
  expect(ran).not.toContain("2");
});

it("leaves out what was asked for before something that runs already", async () => {
  const inOrder = newestFirst();
  const ran: string[] = [];

  await Promise.all(["2", "1"].map((at) => inOrder("view", at, async () => void ran.push(at))));

  expect(ran).toEqual(["2"]);
});

it("tells a failure to who asked for it, and goes on with the next", async () => {
  const inOrder = newestFirst();

  await expect(inOrder("view", "1", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(inOrder("view", "2", async () => {})).resolves.toBeUndefined();
});
