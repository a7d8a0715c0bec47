import { expect, onTestFinished, test } from "vitest";
import { channels, northwind } from "./northwind.ts";
import { plainClient, startSocketApp, useSlackDouble } from "./slack/bolt-app.ts";
import type { SlackDouble } from "./slack-double.ts";
import { type SlackCall, startSlackLine } from "./slack-line.ts";
import type { Stop } from "./toll.ts";

const double = useSlackDouble();

/** The double by way of a line that stops one method's calls; and what passed there. */
async function byLine(method: string, stop: Stop | null): Promise<{ slack: SlackDouble; calls: SlackCall[] }> {
  const calls: SlackCall[] = [];
  const line = await startSlackLine(double.current.url, (call) => {
    calls.push(call);
    return call.method === method ? stop : null;
  });
  onTestFinished(() => line.close());
  return { slack: { ...double.current, apiUrl: line.apiUrl }, calls };
}

test("an app works by way of a line, calls and socket alike", async () => {
  const { slack, calls } = await byLine("", null);
  const app = await startSocketApp(slack, (one) => one.command("/k8s-access", ({ ack }) => ack()));
  onTestFinished(async () => void (await app.stop()));

  const typed = await double.current.as(northwind.ana).command(channels.requests, "/k8s-access");

  expect(typed.acked).toBe(true);
  expect(calls.find(({ method }) => method === "ack")?.body).toMatchObject({ command: "/k8s-access" });
});

test("a call that is stopped after its effect is in Slack, and its caller hears nothing of it", async () => {
  const { slack } = await byLine("chat.postMessage", { when: "after", act: async () => "drop" });

  const posting = plainClient(slack).chat.postMessage({ channel: channels.approvers, text: "Taken" });

  await expect(posting).rejects.toThrow();
  expect((await double.current.storedMessages()).map(({ text }) => text)).toContain("Taken");
});

test("an acknowledgement that is stopped before it is passed on never reaches Slack", async () => {
  const { slack } = await byLine("ack", { when: "before", act: async () => "drop" });
  const app = await startSocketApp(slack, (one) => one.command("/k8s-revoke", ({ ack }) => ack()));
  onTestFinished(async () => void (await app.stop()));

  const typed = await double.current.as(northwind.noor).command(channels.onCall, "/k8s-revoke");

  expect(typed.acked).toBe(false);
});
