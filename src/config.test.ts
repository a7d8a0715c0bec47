import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "daypass-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const BOT_TOKEN = "xoxb-sample-bot";
const APP_TOKEN = "xapp-sample-app";

/** Takes an environment; returns its faults, one a line. */
function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (fault) {
    if (fault instanceof ConfigError) return fault.message.split("\n");
    throw fault;
  }
}

describe("settings", () => {
  test("left out have their defaults, and what is optional is null", () => {
    expect(readConfig({})).toEqual({
      config: {
        policyPath: "policy.yaml",
        clustersPath: "clusters.yaml",
        ledger: null,
        logLevel: "info",
        slackApiUrl: null,
        metrics: null,
      },
      secrets: { redisUrl: null, slack: null, page: null },
    });
  });

  test("are taken from the environment, secrets apart from the rest", () => {
    const { config, secrets } = readConfig({
      ...{ SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN, SLACK_API_URL: "http://127.0.0.1:9/api/" },
      ...{ REDIS_URL: "rediss://redis.example:6380", DAYPASS_POLICY: "p.yaml", DAYPASS_CLUSTERS: "c.yaml" },
      ...{ DAYPASS_LEDGER: "/var/lib/daypass", LOG_LEVEL: "debug", PATH: "/usr/bin" },
      ...{ DAYPASS_PAGE_URL: "https://pages.example/v2/enqueue", DAYPASS_PAGE_KEY: "routing-key" },
      ...{ METRICS_PORT: "9090", METRICS_HOST: "0.0.0.0" },
    });

    expect(config).toEqual({
      ...{ policyPath: "p.yaml", clustersPath: "c.yaml", ledger: "/var/lib/daypass", logLevel: "debug" },
      slackApiUrl: "http://127.0.0.1:9/api/",
      metrics: { port: 9090, host: "0.0.0.0" },
    });
    expect(secrets).toEqual({
      redisUrl: "rediss://redis.example:6380",
      slack: { botToken: BOT_TOKEN, appToken: APP_TOKEN },
      page: { url: "https://pages.example/v2/enqueue", key: "routing-key" },
    });
  });

  test("for metrics mean this machine alone, unless told which address to listen on", () => {
    expect(readConfig({ METRICS_PORT: "9090" }).config.metrics).toEqual({ port: 9090, host: "127.0.0.1" });
  });

  test.each([
    "https://pages.example/x?y=z",
    "http://localhost:8080/",
    "http://127.0.0.1:9/page",
    "http://[::1]:9/page",
  ])("let a page go to %s", (url) => {
    expect(readConfig({ DAYPASS_PAGE_URL: url, DAYPASS_PAGE_KEY: "k" }).secrets.page).toEqual({ url, key: "k" });
  });

  test("with a signing secret mean signed HTTP, on port 3000 unless told", () => {
    const http = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_SIGNING_SECRET: "0123456789abcdef" };

    expect(readConfig(http).secrets.slack).toEqual({
      ...{ botToken: BOT_TOKEN, signingSecret: "0123456789abcdef", port: 3000 },
    });
    expect(readConfig({ ...http, PORT: "8080" }).secrets.slack).toMatchObject({ port: 8080 });
  });

  test("left empty are as good as left out", () => {
    expect(readConfig({ SLACK_BOT_TOKEN: "", SLACK_BOT_TOKEN_FILE: "", LOG_LEVEL: "" })).toEqual(readConfig({}));
  });
});

describe("a secret in a file", () => {
  test("is read from there, without the line end that editors leave", () => {
    const path = join(folder, "redis-url");
    writeFileSync(path, "redis://redis.example:6379\n");

    expect(readConfig({ REDIS_URL_FILE: path }).secrets.redisUrl).toBe("redis://redis.example:6379");
  });

  test("may be the key by which on-call is paged, and the address too, since some hold a token", () => {
    const [url, key] = [join(folder, "page-url"), join(folder, "page-key")];
    writeFileSync(url, "https://pages.example/hook/t0ken\n");
    writeFileSync(key, "routing-key\n");

    expect(readConfig({ DAYPASS_PAGE_URL_FILE: url, DAYPASS_PAGE_KEY_FILE: key }).secrets.page).toEqual({
      ...{ url: "https://pages.example/hook/t0ken", key: "routing-key" },
    });
  });

  test("and beside it is a contradiction", () => {
    expect(faultsOf({ REDIS_URL: "redis://a", REDIS_URL_FILE: "b" })).toEqual([
      "REDIS_URL and REDIS_URL_FILE are both set: remove one.",
    ]);
  });

  test("that cannot be read says so", () => {
    expect(faultsOf({ REDIS_URL_FILE: join(folder, "none") })).toEqual(["REDIS_URL_FILE cannot be read: ENOENT."]);
  });
});

describe("a wrong setting says what to write:", () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      "another token in the bot token's place",
      { SLACK_BOT_TOKEN: "xoxp-user", SLACK_APP_TOKEN: APP_TOKEN },
      ["SLACK_BOT_TOKEN must begin with xoxb- (the bot token, not another one)."],
    ],
    [
      "another token in the app token's place",
      { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: "xoxb-again" },
      ["SLACK_APP_TOKEN must begin with xapp- (an app-level token)."],
    ],
    [
      "a bot token alone",
      { SLACK_BOT_TOKEN: BOT_TOKEN },
      ["SLACK_BOT_TOKEN is alone: add SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."],
    ],
    [
      "an app token alone",
      { SLACK_APP_TOKEN: APP_TOKEN },
      ["SLACK_BOT_TOKEN is missing: Slack needs it beside the other one."],
    ],
    ["a port that is none", { PORT: "many" }, ["PORT must be a port number."]],
    [
      "a Slack API that is no address",
      { SLACK_API_URL: "slack" },
      ["SLACK_API_URL must be a URL such as https://slack.com/api/."],
    ],
    [
      "a Slack API by another protocol",
      { SLACK_API_URL: "ftp://slack.example" },
      ["SLACK_API_URL must be a URL such as https://slack.com/api/."],
    ],
    [
      "a Redis by another protocol",
      { REDIS_URL: "http://redis" },
      ["REDIS_URL must begin with redis:// or rediss://."],
    ],
    [
      "a ledger in an object store",
      { DAYPASS_LEDGER: "s3://bucket/path" },
      ["DAYPASS_LEDGER must be a folder: an object store is not supported yet."],
    ],
    ["a ledger that is blank", { DAYPASS_LEDGER: " " }, ["DAYPASS_LEDGER must name a folder."]],
    ...[
      "http://pages.example/",
      "http://localhost.example/",
      "http://127.0.0.1@pages.example/",
      "pages",
      "ftp://127.0.0.1",
    ]
      .concat("https://user:pass@pages.example/", "http://127.0.0.1.example/", "http://[::2]/")
      .map((url): [string, Record<string, string>, string[]] => [
        `a page sent to ${url}`,
        { DAYPASS_PAGE_URL: url, DAYPASS_PAGE_KEY: "k" },
        ["DAYPASS_PAGE_URL must begin with https:// (http:// only on this machine) and hold no user name."],
      ]),
    [
      "a page without a key",
      { DAYPASS_PAGE_URL: "https://pages.example/" },
      ["DAYPASS_PAGE_URL is alone: add DAYPASS_PAGE_KEY, the receiver's routing key."],
    ],
    [
      "a page's key without a receiver",
      { DAYPASS_PAGE_KEY: "k" },
      ["DAYPASS_PAGE_KEY is alone: add DAYPASS_PAGE_URL, such as https://events.pagerduty.com/v2/enqueue."],
    ],
    ["a metrics port that is none", { METRICS_PORT: "many" }, ["METRICS_PORT must be a port number."]],
    [
      "a metrics address that is a name",
      { METRICS_PORT: "1", METRICS_HOST: "worker" },
      ["METRICS_HOST must be an IP address, such as 0.0.0.0."],
    ],
    ["a metrics address alone", { METRICS_HOST: "0.0.0.0" }, ["METRICS_HOST is alone: add METRICS_PORT."]],
    [
      "a level that pino does not have",
      { LOG_LEVEL: "loud" },
      ['LOG_LEVEL Invalid option: expected one of "fatal"|"error"|"warn"|"info"|"debug"|"trace"|"silent".'],
    ],
  ])("%s", (_, environment, faults) => {
    expect(faultsOf(environment)).toEqual(faults);
  });

  test("all of them at once", () => {
    expect(
      faultsOf({ LOG_LEVEL: "loud", SLACK_APP_TOKEN: APP_TOKEN, REDIS_URL_FILE: join(folder, "none") }),
    ).toHaveLength(3);
  });

  test("P4 · and never the value that is wrong: it may be a secret in the wrong place", () => {
    const secret = "s3cr3t-that-nobody-may-read";
    const faults = faultsOf({
      ...{ SLACK_BOT_TOKEN: secret, SLACK_APP_TOKEN: secret, REDIS_URL: secret, PORT: secret, LOG_LEVEL: secret },
      ...{ SLACK_API_URL: secret, DAYPASS_PAGE_URL: secret, DAYPASS_PAGE_KEY: secret },
      ...{ METRICS_PORT: secret, METRICS_HOST: secret },
    });

    expect(faults).toHaveLength(9);
    expect(faults.join("\n")).not.toContain(secret);
  });
});
