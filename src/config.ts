import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { z } from "zod";

/** Settings that hold nothing secret. */
export interface Config {
  readonly policyPath: string;
  readonly clustersPath: string;
  readonly ledger: string | null;
  readonly logLevel: LogLevel;
  readonly slackApiUrl: string | null;
  /** Where the worker serves its metrics; null: nowhere. */
  readonly metrics: { readonly port: number; readonly host: string } | null;
}

/** Settings that must never be printed. */
export interface Secrets {
  readonly redisUrl: string | null;
  readonly slack: SlackSecrets | null;
  /** Where on-call is paged, and by which routing key; null: nowhere. Some receivers keep a token in their URL. */
  readonly page: { readonly url: string; readonly key: string } | null;
}

export type SlackSecrets =
  | { readonly botToken: string; readonly appToken: string }
  | { readonly botToken: string; readonly signingSecret: string; readonly port: number };

const LogLevel = z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]);
export type LogLevel = z.infer<typeof LogLevel>;

/** A setting is wrong; each fault says what to write. Startup ends with exit code 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const Settings = z.object({
  SLACK_BOT_TOKEN: z.string().startsWith("xoxb-", "must begin with xoxb- (the bot token, not another one)").optional(),
  SLACK_APP_TOKEN: z.string().startsWith("xapp-", "must begin with xapp- (an app-level token)").optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, "is too short for a signing secret").optional(),
  PORT: z.coerce.number("must be a port number").int().min(0).max(65_535).default(3000),
  SLACK_API_URL: z.url({ protocol: /^https?$/, error: "must be a URL such as https://slack.com/api/" }).optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, "must begin with redis:// or rediss://")
    .optional(),
  DAYPASS_POLICY: z.string().min(1).default("policy.yaml"),
  DAYPASS_CLUSTERS: z.string().min(1).default("clusters.yaml"),
  DAYPASS_LEDGER: z
    .string()
    .regex(/\S/, "must name a folder")
    .refine(
      (given) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(given),
      "must be a folder: an object store is not supported yet",
    )
    .optional(),
  DAYPASS_PAGE_URL: z
    .string()
    .refine(isPageUrl, "must begin with https:// (http:// only on this machine) and hold no user name")
    .optional(),
  DAYPASS_PAGE_KEY: z.string().min(1).optional(),
  METRICS_PORT: z.coerce.number("must be a port number").int().min(0).max(65_535).optional(),
  METRICS_HOST: z
    .string()
    .refine((given) => isIP(given) !== 0, "must be an IP address, such as 0.0.0.0")
    .default("127.0.0.1"),
  LOG_LEVEL: LogLevel.default("info"),
});

/** In clear text only where nobody else reads along. Names and passwords in a URL would be left out on the way. */
function isPageUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname, username, password } = new URL(given);
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return (protocol === "https:" || (protocol === "http:" && isLoopback)) && username === "" && password === "";
}

/** Settings whose value may lie in a file named by `NAME_FILE` (mounted secrets). */
const SECRET_NAMES = [
  ...["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "REDIS_URL"],
  ...["DAYPASS_PAGE_URL", "DAYPASS_PAGE_KEY"],
];

/**
 * Reads the environment, once. Takes the variables (the process's own by default); returns settings and secrets apart.
 * Throws a ConfigError that names every fault at once, never a value.
 */
export function readConfig(environment: Environment = process.env): {
  readonly config: Config;
  readonly secrets: Secrets;
} {
  const { values, faults } = readFiles(environment);
  const parsed = Settings.safeParse(values);
  const all = [...faults, ...(parsed.error?.issues.map(sayIssue) ?? []), ...slackFaults(values), ...pairFaults(values)];
  if (!parsed.success || all.length > 0) throw new ConfigError(all);
  const set = parsed.data;
  return {
    config: {
      policyPath: set.DAYPASS_POLICY,
      clustersPath: set.DAYPASS_CLUSTERS,
      ledger: set.DAYPASS_LEDGER ?? null,
      logLevel: set.LOG_LEVEL,
      slackApiUrl: set.SLACK_API_URL ?? null,
      metrics: set.METRICS_PORT === undefined ? null : { port: set.METRICS_PORT, host: set.METRICS_HOST },
    },
    secrets: { redisUrl: set.REDIS_URL ?? null, slack: slackSecrets(set), page: pageSecrets(set) },
  };
}

function pageSecrets({ DAYPASS_PAGE_URL: url, DAYPASS_PAGE_KEY: key }: z.infer<typeof Settings>): Secrets["page"] {
  return url === undefined || key === undefined ? null : { url, key };
}

function slackSecrets(set: z.infer<typeof Settings>): SlackSecrets | null {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret, PORT: port } = set;
  if (botToken === undefined) return null;
  if (appToken !== undefined) return { botToken, appToken };
  return signingSecret === undefined ? null : { botToken, signingSecret, port };
}

function slackFaults(set: Environment): readonly string[] {
  const hasOther = set.SLACK_APP_TOKEN !== undefined || set.SLACK_SIGNING_SECRET !== undefined;
  if (set.SLACK_BOT_TOKEN === undefined)
    return hasOther ? ["SLACK_BOT_TOKEN is missing: Slack needs it beside the other one."] : [];
  return hasOther
    ? []
    : ["SLACK_BOT_TOKEN is alone: add SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."];
}

function pairFaults(set: Environment): readonly string[] {
  const isAlone = (name: string, other: string) => set[name] !== undefined && set[other] === undefined;
  return [
    ...(isAlone("DAYPASS_PAGE_URL", "DAYPASS_PAGE_KEY")
      ? ["DAYPASS_PAGE_URL is alone: add DAYPASS_PAGE_KEY, the receiver's routing key."]
      : []),
    ...(isAlone("DAYPASS_PAGE_KEY", "DAYPASS_PAGE_URL")
      ? ["DAYPASS_PAGE_KEY is alone: add DAYPASS_PAGE_URL, such as https://events.pagerduty.com/v2/enqueue."]
      : []),
    ...(isAlone("METRICS_HOST", "METRICS_PORT") ? ["METRICS_HOST is alone: add METRICS_PORT."] : []),
  ];
}

function readFiles(environment: Environment): { values: Environment; faults: readonly string[] } {
  const faults: string[] = [];
  // An empty variable is how many deployment tools say "not set".
  const values = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  for (const name of SECRET_NAMES) {
    const file = values[`${name}_FILE`];
    if (file === undefined) continue;
    if (values[name] !== undefined) {
      faults.push(`${name} and ${name}_FILE are both set: remove one.`);
      continue;
    }
    try {
      values[name] = readFileSync(file, "utf8").trim();
    } catch (cause) {
      faults.push(`${name}_FILE cannot be read: ${(cause as NodeJS.ErrnoException).code ?? "unknown error"}.`);
    }
  }
  return { values, faults };
}

function sayIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.join(".")} ${issue.message}.`;
}
