/** The worker's part of the journey without Slack: real workers, a real cluster, and grants by the bot's use cases. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, inject, onTestFinished } from "vitest";
import { parse, stringify } from "yaml";
import { createClusters } from "../../src/provisioner/clusters.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";
import { createGuardian, type Guardian } from "../workbench/guardian.ts";
import { createInstallation, type Installation } from "../workbench/installation.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import { northwindPolicy } from "../workbench/northwind.ts";
import { type Redis, startRedis } from "../workbench/redis.ts";
import { openPassDesk, type PassDesk } from "./worker-stage-desk.ts";
import { openProbes, type Probes } from "./worker-stage-probe.ts";

/** A cluster as the workers' clusters.yaml names it. */
export interface StagedCluster {
  readonly id: string;
  readonly kubeconfig: string;
}

export interface WorkerStageOptions {
  readonly kubernetes: AttachedKubernetes;
  /** Already open to Daypass; all may be asked for in every cluster. */
  readonly namespaces: readonly string[];
  /** `prod` alone, straight, unless it says otherwise. */
  readonly clusters?: readonly StagedCluster[];
  /** What differs in Redis' configuration. */
  readonly redisSettings?: Readonly<Record<string, string>>;
  /** Where the workers find Redis, when not straight; takes the Redis that was started. */
  readonly lineTo?: (redis: Redis) => Promise<{ readonly url: string }>;
}

/** All of it is the story's own but the cluster. */
export interface WorkerStage {
  readonly guardian: Guardian;
  readonly redis: Redis;
  readonly clusters: readonly StagedCluster[];
  readonly installation: Installation;
  /** On a straight line to Redis, whatever becomes of the workers'. */
  readonly desk: PassDesk;
  readonly probes: Probes;
}

/**
 * Starts Redis and a desk for the running test; no worker yet. All of it is gone after the test. Stories that run side
 * by side give their own context's `onTestFinished`.
 */
export async function setWorkerStage(
  options: WorkerStageOptions,
  after: (end: () => Promise<void>) => void = onTestFinished,
): Promise<WorkerStage> {
  return start(options, after);
}

/** As `setWorkerStage`, once for all tests of a file. Takes what makes the options when the stage is set. */
export function useWorkerStage(make: () => Promise<WorkerStageOptions>): { readonly current: WorkerStage } {
  const endings: (() => Promise<unknown>)[] = [];
  let stage: WorkerStage | undefined;
  beforeAll(async () => {
    stage = await start(await make(), (end) => endings.push(end));
  });
  afterAll(async () => {
    for (const end of endings.toReversed()) await end();
  });
  return {
    get current() {
      if (stage === undefined) throw new Error("the stage is set before the file's first test: do not use it earlier");
      return stage;
    },
  };
}

async function start(options: WorkerStageOptions, after: (end: () => Promise<void>) => void): Promise<WorkerStage> {
  const { kubernetes, redisSettings } = options;
  const guardian = createGuardian();
  after(() => guardian.stop());
  const redis = await startRedis({
    ...{ guardian, server: inject("redisServer"), folder: guardian.folder },
    ...(redisSettings === undefined ? {} : { settings: redisSettings }),
  });
  const clusters = options.clusters ?? [
    { id: "prod", kubeconfig: await kubernetes.serviceAccountKubeconfig("daypass-system", "worker") },
  ];
  const { url: redisUrl } = (await options.lineTo?.(redis)) ?? redis;
  const installation = install({ guardian, clusters, redisUrl, namespaces: options.namespaces });
  const desk = await openPassDesk(redis.url, installation.policyFile);
  await publishFacts(desk, clusters);
  const probes = openProbes(kubernetes);
  after(async () => {
    await Promise.all([desk.close(), probes.close()]);
  });
  return { guardian, redis, clusters, installation, desk, probes };
}

/** As a worker does every half minute; no story waits for that. */
async function publishFacts(desk: PassDesk, settings: readonly StagedCluster[]): Promise<void> {
  const clusters = createClusters({ clusters: settings, now: Date.now, events: createRecordedEvents() });
  await Promise.all(settings.map(async ({ id }) => desk.ports.facts.publish(await clusters.facts(id))));
  await clusters.close();
}

interface Installing {
  readonly guardian: Guardian;
  readonly clusters: readonly StagedCluster[];
  readonly redisUrl: string;
  readonly namespaces: readonly string[];
}

function install({ guardian, clusters, redisUrl, namespaces }: Installing): Installation {
  const folder = join(guardian.folder, "daypass");
  mkdirSync(folder, { recursive: true });
  const installation = createInstallation({
    ...{ guardian, folder, redisUrl, workerKubeconfig: clusters[0]?.kubeconfig ?? "" },
    slack: { botToken: "xoxb-nobody", appToken: "xapp-nobody" },
    policy: policyFor(clusters, namespaces),
  });
  // An installation knows one cluster; here are as many as the story needs.
  writeFileSync(join(folder, "clusters.yaml"), stringify({ clusters }));
  return installation;
}

interface WritablePolicy {
  readonly profiles: Record<string, object>;
  readonly rules: readonly { readonly name: string; readonly profiles: readonly string[] }[];
}

/** Northwind's policy with its rule once for each cluster, and with the third role of the catalogue. */
function policyFor(clusters: readonly StagedCluster[], namespaces: readonly string[]): string {
  const policy: WritablePolicy = parse(northwindPolicy({ namespaces }));
  const view = { ...policy.profiles.logs, role: "daypass-profile-view", words: "Look around" };
  const rules = clusters.flatMap(({ id }) =>
    policy.rules.map((rule) => ({
      ...rule,
      name: `${rule.name}-${id}`,
      cluster: id,
      profiles: [...rule.profiles, "view"],
    })),
  );
  // Policies hold no aliases: what stands twice is written twice.
  return stringify({ ...policy, profiles: { ...policy.profiles, view }, rules }, { aliasDuplicateObjects: false });
}
