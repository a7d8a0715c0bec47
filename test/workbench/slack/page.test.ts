import { expect, test } from "vitest";
import { useSlackDouble } from "./bolt-app.ts";

const double = useSlackDouble();

/** Loads a file of the page and all that it names. */
async function load(path: string, loaded: Map<string, string>): Promise<Map<string, string>> {
  if (loaded.has(path)) return loaded;
  const response = await fetch(`${double.current.url}/${path}`);
  expect(response.status, path).toBe(200);
  const text = await response.text();
  loaded.set(path, response.headers.get("content-type") ?? "");
  for (const [, named] of text.matchAll(/(?:src|href|from) ?=? ?"(?:\.\/)?([\w-]+\.(?:js|css))"/g)) {
    await load(String(named), loaded);
  }
  return loaded;
}

test("the page and everything it loads is served", async () => {
  const loaded = await load("", new Map());

  expect(loaded.get("")).toContain("text/html");
  expect(loaded.get("page.css")).toContain("text/css");
  expect([...loaded.keys()].sort()).toEqual([
    "",
    "blocks.js",
    "fields.js",
    "modal.js",
    "mrkdwn.js",
    "page.css",
    "page.js",
    "rich-text.js",
  ]);
});

test("nothing else is served", async () => {
  for (const path of ["main.ts", "page%2Fpage.js", "..%2Fmain.ts"]) {
    expect((await fetch(`${double.current.url}/${path}`)).status).toBe(404);
  }
});
