import type { Stage } from "../workbench/stage.ts";
import type { Workbench } from "../workbench/workbench.ts";

/** Says how to play on and waits until it is interrupted; the guardian then ends everything. */
export function leaveOpen(
  { kubernetes, redis, guardian }: Pick<Workbench, "kubernetes" | "redis" | "guardian">,
  { slack }: Pick<Stage, "slack">,
): Promise<never> {
  console.log(`
Everything runs on until Ctrl-C. On this page you can be anybody at Northwind:

  ${slack.url}

  export KUBECONFIG=${kubernetes.adminKubeconfig}    (admin of the cluster "prod")
  export REDIS_URL=${redis.url}
  export SLACK_API_URL=${slack.apiUrl}

Logs: ${guardian.folder}/logs`);
  return new Promise(() => {});
}
