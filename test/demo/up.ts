import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInstallation, type SlackAccess } from "../workbench/installation.ts";
import { northwindPolicy } from "../workbench/northwind.ts";
import { startNorthwind } from "../workbench/stage.ts";
import { startWorkbench } from "../workbench/workbench.ts";

const workbench = await startWorkbench({ print: (line) => console.log(line) });
const { guardian, kubernetes, redis } = workbench;
const folder = join(guardian.folder, "up");
mkdirSync(folder);
await kubernetes.createNamespace("payments", { grantable: true, pods: ["api-0", "api-1"] });

const given = slackFromEnvironment();
const double = given === null ? await startNorthwind(guardian) : null;
const slack: SlackAccess = given ?? double ?? { botToken: "", appToken: "" };
const policyFile = process.env.DAYPASS_POLICY;
const installation = createInstallation({
  ...{ guardian, folder, slack, redisUrl: redis.url },
  workerKubeconfig: await kubernetes.serviceAccountKubeconfig("daypass-system", "worker"),
  policy: policyFile === undefined ? northwindPolicy({ namespaces: ["payments"] }) : readFileSync(policyFile, "utf8"),
});
await installation.startWorker();
await installation.startBot();

console.log(`
Daypass runs until Ctrl-C.

${double === null ? "  Slack: the one of your tokens" : `  On this page you can be anybody at Northwind: ${double.url}`}

  export KUBECONFIG=${kubernetes.adminKubeconfig}    (admin of the cluster "prod")
  export REDIS_URL=${redis.url}
  export SLACK_API_URL=${slack.apiUrl ?? "https://slack.com/api/"}

  Policy: ${policyFile ?? installation.policyFile}
  Logs:   ${guardian.folder}/logs`);

/** Slack's tokens, where a Slack was given; one alone is a mistake worth a sentence. */
function slackFromEnvironment(): SlackAccess | null {
  const { SLACK_APP_TOKEN: appToken, SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl } = process.env;
  if (!appToken && !botToken) return null;
  if (!appToken || !botToken)
    throw new Error("SLACK_APP_TOKEN and SLACK_BOT_TOKEN go together: set both, or none for the double.");
  return { appToken, botToken, ...(apiUrl ? { apiUrl } : {}) };
}
