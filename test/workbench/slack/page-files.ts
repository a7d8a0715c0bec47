import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";

const types: Record<string, string> = { html: "text/html", js: "text/javascript", css: "text/css" };
const files = [
  "page.html",
  "page.css",
  "page.js",
  "blocks.js",
  "fields.js",
  "modal.js",
  "mrkdwn.js",
  "rich-text.js",
] as const;

/** Serves the page on which a visitor can be any of the people. */
export async function servePage(name: string, response: ServerResponse): Promise<void> {
  const file = files.find((one) => one === (name || "page.html"));
  if (!file) {
    response.writeHead(404).end("not found");
    return;
  }
  const content = await readFile(new URL(`page/${file}`, import.meta.url));
  const type = types[file.slice(file.lastIndexOf(".") + 1)];
  response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" }).end(content);
}
