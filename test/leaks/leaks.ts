import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { ACTIONS } from "../../src/bot/names.ts";
import { ask, buttonIn, cardSeenBy, getKubeconfig } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import { tryOnce } from "../workbench/refusals.ts";
import { type Stage, setStage } from "../workbench/stage.ts";
import { startWorkbench, type Workbench } from "../workbench/workbench.ts";
import { type Find, filePlaces, hunt, type Place, processPlaces, redisPlaces, saveRedis } from "./hunt.ts";

const workbench = await startWorkbench({ print: (line) => console.log(line) });
try {
  const { guardian, kubernetes, redis } = workbench;
  const stage = await setStage({ guardian, kubernetes, redis, namespaces: ["leaks"], logLevel: "trace" });
  const seen: Place[] = [];
  const token = await playJourney(workbench, stage, seen);

  const found = hunt([...seen, ...(await allPlaces(workbench, stage))], [token]);
  for (const find of found) console.log(`FOUND: ${find.form} in ${find.where}`);

  const planted = await plantAndHunt(workbench, stage, token);
  for (const [what, finds] of planted)
    console.log(`planted ${what}: ${finds.length > 0 ? `found in ${finds[0]?.where}` : "NOT FOUND"}`);
  const caught = [...planted.values()].filter((finds) => finds.length > 0).length;
  console.log(`\nleaks: ${found.length} found, ${caught} of ${planted.size} planted found`);
  process.exitCode = found.length === 0 && caught === planted.size ? 0 : 1;
} finally {
  await workbench.stop();
}

/** Plays until the credential has been used and the pass has ended; looks into Redis while the answer may be there. */
async function playJourney(bench: Workbench, { slack }: Stage, seen: Place[]): Promise<string> {
  const [lena, ana] = [slack.as(northwind.lena), slack.as(northwind.ana)];
  await ask(lena, {
    namespaces: ["leaks"],
    profile: "logs",
    duration: "15s",
    reason: "A pass whose credential is looked for everywhere",
  });
  await ana.press(await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve)), ACTIONS.approve);
  await cardSeenBy(ana, (message) => message.text.includes("Active until"));
  const { text } = await getKubeconfig(lena);
  seen.push(...(await redisPlaces(bench.redis.url)));
  const token = /token: "?([\w.-]+)/.exec(text)?.[1] ?? "";
  const status = await tryOnce(text, "/api/v1/namespaces/leaks/pods/api-0");
  if (status !== 200 || token.split(".").length !== 3)
    throw new Error(`the kubeconfig does not work (${status}), so there is nothing to look for`);
  await cardSeenBy(ana, (message) => message.text.includes("Ended"));
  return token;
}

/** Every place in which anything rests now. */
async function allPlaces(
  { guardian, redis, kubernetes }: Workbench,
  { slack, installation, folder }: Stage,
): Promise<readonly Place[]> {
  const keys = await redisPlaces(redis.url);
  await saveRedis(redis.url);
  const messages = JSON.stringify(await slack.storedMessages());
  // Requests to Slack other than views, which are no messages: a view is what the credential is shown in.
  const calls = (await slack.calls()).filter((call) => !call.method.startsWith("views."));
  return [
    ...keys,
    ...filePlaces("Redis file", redis.folder),
    ...filePlaces("log", join(guardian.folder, "logs")),
    ...filePlaces("ledger", installation.ledger),
    ...filePlaces("stage", folder),
    { where: "messages stored by Slack", bytes: Buffer.from(messages) },
    { where: "calls to Slack", bytes: Buffer.from(JSON.stringify(calls)) },
    { where: "the cluster's audit log", bytes: Buffer.from(JSON.stringify(await kubernetes.readAudit())) },
    ...guardian.children().flatMap(({ name, pid }) => processPlaces(name, pid)),
    ...processPlaces("this process", process.pid),
  ];
}

/** Puts the credential where it must never be, in three ways, and looks again: a hunt that finds nothing must be able to. */
async function plantAndHunt(
  bench: Workbench,
  stage: Stage,
  token: string,
): Promise<ReadonlyMap<string, readonly Find[]>> {
  const planted = new Map<string, readonly Find[]>();
  // Found only when it is found in each of the places.
  const look = async (what: string, ...places: readonly RegExp[]) => {
    const finds = hunt(await allPlaces(bench, stage), [token]);
    const inEach = places.map((place) => finds.filter((find) => place.test(find.where)));
    planted.set(what, inEach.every((found) => found.length > 0) ? inEach.flat() : []);
  };
  const client = new Redis(bench.redis.url);
  await client.hset("{daypass}:planted", "result", JSON.stringify({ kubeconfig: `token: ${token}` }));
  await client.quit();
  await look("in Redis, so in its files too", /^Redis key/, /^Redis file .*aof/, /^Redis file .*rdb/);

  const line = Buffer.from(`the answer was ${token}`).toString("base64");
  appendFileSync(join(bench.guardian.folder, "logs", "worker-1.log"), `${JSON.stringify({ level: 20, body: line })}\n`);
  await look("in a log, as base64", /^log /);

  const { apiUrl, botToken } = stage.slack;
  await fetch(`${apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${botToken}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ channel: channels.onCall, text: `here you are: ${token}` }),
  });
  await look("in a Slack message", /^messages stored/);
  return planted;
}
