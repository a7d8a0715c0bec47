import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Child, Guardian } from "./guardian.ts";
import { createInstallation, type Installation } from "./installation.ts";
import type { AttachedKubernetes } from "./kubernetes/attached-kubernetes.ts";
import { northwindPolicy, type PolicyChoices } from "./northwind.ts";
import type { Redis } from "./redis.ts";
import { type SlackDouble, startSlackDouble } from "./slack-double.ts";

export interface StageOptions extends PolicyChoices {
  readonly guardian: Guardian;
  readonly kubernetes: AttachedKubernetes;
  readonly redis: Redis;
  readonly logLevel?: string;
}

/** Everything a journey needs: Slack's double, and bot and worker as processes of their own. */
export interface Stage {
  readonly slack: SlackDouble;
  readonly installation: Installation;
  readonly bot: Child;
  readonly worker: Child;
  /** Where this stage keeps its files. */
  readonly folder: string;
}

/** Opens the namespaces to Daypass, starts the double, worker and bot, and resolves when all are ready. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { guardian, kubernetes, redis, namespaces } = options;
  const folder = join(guardian.folder, "stage");
  mkdirSync(folder, { recursive: true });
  const [slack, workerKubeconfig] = await Promise.all([
    startNorthwind(guardian),
    kubernetes.serviceAccountKubeconfig("daypass-system", "worker"),
    ...namespaces.map((name) => kubernetes.createNamespace(name, { grantable: true, pods: ["api-0", "api-1"] })),
  ]);
  const installation = createInstallation({
    ...{ guardian, folder, slack, workerKubeconfig, redisUrl: redis.url, policy: northwindPolicy(options) },
    ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
  });
  const worker = await installation.startWorker();
  const bot = await installation.startBot();
  await slack.waitForConnection();
  return { slack, installation, bot, worker, folder };
}

/** Slack's double with our app installed as its manifest says: a scope that is missing there is missing here. */
export function startNorthwind({ spawn }: Pick<Guardian, "spawn">): Promise<SlackDouble> {
  const manifest = readFileSync(join(import.meta.dirname, "../../manifest.yml"), "utf8");
  return startSlackDouble({ spawn, manifest });
}
