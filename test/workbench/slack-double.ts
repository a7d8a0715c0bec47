import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Child, Guardian } from "./guardian.ts";
import { waitUntil } from "./readiness.ts";
import { ControlClient } from "./slack/control-client.ts";
import { defaultWorld } from "./slack/default-world.ts";
import type { FaultInput } from "./slack/faults.ts";
import type { HappeningInput } from "./slack/happenings.ts";
import { installManifest } from "./slack/manifest.ts";
import { PersonInSlack } from "./slack/person-in-slack.ts";
import type { Call, Delivery, Slip } from "./slack/records.ts";
import type { Message } from "./slack/timelines.ts";
import type { World, WorldInput } from "./slack/world.ts";

export interface SlackDoubleOptions {
  /** The guardian's: what it starts is gone when the run ends, however it ends. */
  spawn: Guardian["spawn"];
  /** The workspace to play in; Northwind (slack/default-world.ts) when left out. */
  world?: WorldInput;
  /** manifest.yml's text: name, commands, scopes and events of the app as it says. */
  manifest?: string;
  /** A free one when left out. */
  port?: number;
}

/** A running double: what an app needs to connect, and what a test needs to play and to look. */
export interface SlackDouble {
  /** Address of the page on which a visitor can be anybody; the control API is below `/_/`. */
  readonly url: string;
  /** What SLACK_API_URL is set to. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly teamId: string;
  readonly world: World;
  stop(): Promise<void>;
  as(userId: string): PersonInSlack;
  /** Posts to the control API below `/_/`. */
  control<Answer>(path: string, body: unknown): Promise<Answer>;
  /** Web API calls as they came in, of one method or all. Bodies of views.* may hold a credential. */
  calls(method?: string): Promise<Call[]>;
  /** Everything ever stored as a message: ephemerals, deleted ones and earlier versions too; views not. */
  storedMessages(): Promise<Message[]>;
  /** Every command, interaction and event sent to the app, and how it was taken. */
  deliveries(): Promise<Delivery[]>;
  /** What a good app never does, as found so far. */
  oracle(): Promise<Slip[]>;
  fault(fault: FaultInput): Promise<void>;
  clearFaults(): Promise<void>;
  /** Makes something happen in the workspace; the app gets the event it subscribed to. */
  event(happening: HappeningInput): Promise<{ sent: boolean; acked: boolean }>;
  /** Treats the app's sockets badly: cut without a word, or told to go. */
  sockets(how: "drop" | "warning" | "refresh_requested" | "link_disabled"): Promise<void>;
  /** From now on interactions go to this request URL, signed; without one, over Socket Mode. */
  useHttp(requestUrl?: string): Promise<void>;
  /** Ages triggers, response URLs and rate limits. */
  advanceClock(ms: number): Promise<void>;
  /** Waits until `count` sockets of the app are connected (1 unless told). */
  waitForConnection(count?: number): Promise<void>;
  /** Waits until the app has called this method with a body that fits. */
  waitForCall(method: string, fits?: (call: Call) => boolean): Promise<Call>;
}

const patienceMs = 15_000;

/** Starts the double as a process of its own and resolves when it listens. */
export async function startSlackDouble(options: SlackDoubleOptions): Promise<SlackDouble> {
  const main = join(import.meta.dirname, "slack", "main.ts");
  const args = [main, "--port", String(options.port ?? 0)];
  const folder = await mkdtemp(join(tmpdir(), "slack-double-"));
  try {
    const world = options.world ?? defaultWorld();
    const file = join(folder, "world.json");
    writeFileSync(
      file,
      JSON.stringify(options.manifest === undefined ? world : installManifest(world, options.manifest)),
    );
    args.push("--world", file);
    const child = options.spawn(`slack-double-${randomUUID()}`, process.execPath, args);
    return await connectSlackDouble(await readUrl(child), () => child.stop());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A client for a double that runs already; `stop` ends it. */
async function connectSlackDouble(url: string, stop: () => Promise<void>): Promise<SlackDouble> {
  const client = new ControlClient(url);
  const world = await client.get<World>("world");
  return {
    url,
    apiUrl: `${url}/api/`,
    botToken: world.app.botToken,
    appToken: world.app.appToken,
    signingSecret: world.app.signingSecret,
    teamId: world.team.id,
    world,
    stop,
    as: (userId) => new PersonInSlack(userId, client),
    control: (path, body) => client.post(path, body),
    calls: (method) => client.get(method === undefined ? "calls" : `calls?method=${method}`),
    storedMessages: () => client.get("messages"),
    deliveries: () => client.get("deliveries"),
    oracle: async () => (await client.get<{ violations: Slip[] }>("oracle")).violations,
    fault: (fault) => client.post("fault", fault),
    clearFaults: () => client.post("no-faults", {}),
    event: (happening) => client.post("event", happening),
    sockets: (how) => client.post("sockets", { how }),
    useHttp: (requestUrl) =>
      client.post("app", { interactions: requestUrl ? { mode: "http", requestUrl } : { mode: "socket" } }),
    advanceClock: (ms) => client.post("clock", { advanceMs: ms }),
    waitForConnection: (count = 1) => waitForConnection(client, count),
    waitForCall: (method, fits = () => true) => waitForCall(client, method, fits),
  };
}

async function waitForConnection(client: ControlClient, count: number): Promise<void> {
  await client.search({
    find: async () => {
      const { n, connections } = await client.get<{ n: number; connections: number }>("world");
      return { n, found: connections >= count || undefined };
    },
    kinds: ["connection"],
    timeoutMs: patienceMs,
    inVain: async () => "waited in vain for the app to connect over Socket Mode",
  });
}

function waitForCall(client: ControlClient, method: string, fits: (call: Call) => boolean): Promise<Call> {
  return client.search({
    find: async () => {
      const { n } = await client.get<{ n: number }>("world");
      return { n, found: (await client.get<Call[]>(`calls?method=${method}`)).find(fits) };
    },
    kinds: ["call"],
    timeoutMs: patienceMs,
    inVain: async () => `waited in vain for the app to call ${method}`,
  });
}

/** Reads the line that the double prints when it listens. */
async function readUrl(child: Child): Promise<string> {
  let url: string | undefined;
  const probe = async () => {
    url = /"url":"([^"]+)"/.exec(child.readLog())?.[1];
    return url !== undefined;
  };
  await waitUntil({ what: "The Slack double listens", probe, child });
  if (url === undefined) throw new Error("The Slack double said no address");
  return url;
}
