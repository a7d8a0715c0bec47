import { WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { clientOptions } from "./slack-client.ts";
import { createSlackLog } from "./slack-log.ts";

const SECRET = "eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl";

function keepLog() {
  const lines: string[] = [];
  const write = (message: string, fields: object = {}) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { lines, log: { debug: write, info: write, warn: write, error: write } };
}

test("P4 · web-api's debug lines hold the view and Slack's answer; not one of ours does", async () => {
  const { lines, log } = keepLog();
  const answer = { ok: true, view: { id: "V1", blocks: [SECRET] } };
  const slack = new WebClient(`xoxb-${SECRET}`, {
    ...clientOptions({ apiUrl: "http://slack.invalid/api/", logger: createSlackLog(log) }),
    fetch: async () => Response.json(answer),
  });

  await slack.apiCall("views.update", { view_id: "V1", view: { blocks: [SECRET] } });

  expect(lines.join("\n")).toContain("apiCall('views.update') end");
  expect(lines.join("\n")).not.toContain(SECRET);
  expect(lines.join("\n")).not.toContain("V1");
});

test("P4 · an error is logged by name and message, never with the body that hangs on it", () => {
  const { lines, log } = keepLog();

  createSlackLog(log).error("call failed", Object.assign(new Error("HTTP 503"), { body: SECRET }), { body: SECRET });

  expect(lines).toEqual(['slack client {"said":"call failed Error: HTTP 503 (object)"}']);
});
