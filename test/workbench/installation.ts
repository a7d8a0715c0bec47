import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Child, Guardian } from "./guardian.ts";
import { waitUntil } from "./readiness.ts";

/** What `daypass bot` needs to reach a Slack: the double's or a real one's. */
export interface SlackAccess {
  readonly apiUrl?: string;
  readonly botToken: string;
  readonly appToken: string;
}

export interface InstallationOptions {
  readonly guardian: Guardian;
  /** Where its settings, ledger and logs go. */
  readonly folder: string;
  readonly slack: SlackAccess;
  readonly redisUrl: string;
  /** Kubeconfig of `daypass-system:worker` in the cluster `prod`. */
  readonly workerKubeconfig: string;
  readonly policy: string;
  readonly logLevel?: string;
  /** A folder for the history that several installations share; one of its own where none is given. */
  readonly ledger?: string;
  /** What its processes are called, so that several can be told apart: `lane-1-` makes `lane-1-worker-1`. */
  readonly prefix?: string;
  /** What its processes have in their environment beside their settings, such as `NODE_OPTIONS`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Another program than src/cli.ts that takes the same commands and settings. */
  readonly program?: string;
}

/** Bot and worker as processes of their own, each with only the settings that are its own. */
export interface Installation {
  readonly ledger: string;
  readonly policyFile: string;
  /** Starts one more bot, or worker, and resolves when it says that it is ready. */
  startBot(): Promise<Child>;
  startWorker(): Promise<Child>;
}

const cli = join(import.meta.dirname, "../../src/cli.ts");

/** Writes policy.yaml and clusters.yaml for one cluster, `prod`; starts nothing yet. */
export function createInstallation(options: InstallationOptions): Installation {
  const { guardian, folder, slack } = options;
  const ledger = options.ledger ?? join(folder, "ledger");
  const policyFile = join(folder, "policy.yaml");
  const clustersFile = join(folder, "clusters.yaml");
  mkdirSync(ledger, { recursive: true });
  writeFileSync(policyFile, options.policy);
  writeFileSync(clustersFile, stringify({ clusters: [{ id: "prod", kubeconfig: options.workerKubeconfig }] }));
  // Not the surrounding environment: what a process was not given it cannot use, a cluster credential least of all.
  const shared = {
    PATH: process.env.PATH,
    REDIS_URL: options.redisUrl,
    DAYPASS_POLICY: policyFile,
    LOG_LEVEL: options.logLevel ?? "info",
  };
  let started = 0;
  const start = async (command: "bot" | "worker", env: NodeJS.ProcessEnv) => {
    started += 1;
    const args = [options.program ?? cli, command];
    const child = guardian.spawn(`${options.prefix ?? ""}${command}-${started}`, process.execPath, args, {
      env: { ...options.env, ...shared, ...env },
    });
    const probe = async () => child.readLog().includes('"msg":"ready"');
    await waitUntil({ what: `daypass ${command} is ready`, probe, child });
    return child;
  };
  return {
    ledger,
    policyFile,
    startBot: () =>
      start("bot", {
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
        ...(slack.apiUrl === undefined ? {} : { SLACK_API_URL: slack.apiUrl }),
      }),
    startWorker: () => start("worker", { DAYPASS_CLUSTERS: clustersFile, DAYPASS_LEDGER: ledger }),
  };
}
