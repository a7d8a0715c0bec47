import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  type WebClient,
} from "@slack/web-api";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { plainClient, useSlackDouble } from "../bolt-app.ts";

const double = useSlackDouble({ messageBurst: 3, tierFactor: 1 });
let client: WebClient;
beforeAll(() => {
  client = plainClient(double.current);
});
afterEach(async () => {
  await double.current.clearFaults();
  // A minute and more: every rate limit is forgotten.
  await double.current.advanceClock(61_000);
});

/** The word with which the double refused. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return String(error.data.error);
    throw error;
  }
  return "accepted";
}

describe("tokens and scopes", () => {
  test.each([
    ["xoxb-somebody-else", "invalid_auth"],
    ["xapp-double-app", "not_allowed_token_type"],
  ])("the token %s is refused with %s", async (token, error) => {
    expect(await refusal(plainClient(double.current, token).auth.test())).toBe(error);
  });

  test("a call without a token, an unknown method and a missing scope have Slack's words", async () => {
    const bare = await fetch(`${double.current.apiUrl}auth.test`, { method: "POST" });

    expect(await bare.json()).toMatchObject({ ok: false, error: "not_authed" });
    expect(await refusal(client.apiCall("chat.whisper"))).toBe("unknown_method");
    expect(await refusal(client.reactions.add({ channel: "C0REQUESTS", timestamp: "1", name: "eyes" }))).toBe(
      "missing_scope",
    );
  });

  test("a JSON body is read like a form", async () => {
    const response = await fetch(`${double.current.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${double.current.botToken}`, "content-type": "application/json" },
      body: JSON.stringify({ channel: "C0REQUESTS", text: "json", blocks: [{ type: "divider" }] }),
    });

    expect(await response.json()).toMatchObject({ ok: true, message: { text: "json", blocks: [{ type: "divider" }] } });
  });
});

describe("messages", () => {
  test.each([
    ["C0NOWHERE", "channel_not_found"],
    ["C0RANDOM", "not_in_channel"],
  ])("posting to %s is refused with %s", async (channel, error) => {
    expect(await refusal(client.chat.postMessage({ channel, text: "hello" }))).toBe(error);
  });

  test("a message without text is refused even when it has blocks", async () => {
    const blocks = [{ type: "divider" }];
    const call = client.apiCall("chat.postMessage", { channel: "C0REQUESTS", blocks });

    expect(await refusal(call)).toBe("no_text");
  });

  test("an archived channel takes nothing", async () => {
    await double.current.event({ type: "channel_archive", channel: "C0SHARED" });

    expect(await refusal(client.chat.postMessage({ channel: "C0SHARED", text: "hello" }))).toBe("is_archived");
    await double.current.event({ type: "channel_unarchive", channel: "C0SHARED" });
  });

  test("faulty blocks are refused with the place of each fault", async () => {
    const blocks = [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3001) } }];

    const error = await client.chat.postMessage({ channel: "C0REQUESTS", text: "x", blocks }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(WebAPIPlatformError);
    expect(error).toMatchObject({
      data: {
        error: "invalid_blocks",
        response_metadata: { messages: [expect.stringContaining("[json-pointer:/blocks/0/text/text]")] },
      },
    });
  });

  test("an update without blocks takes the blocks away", async () => {
    const blocks = [{ type: "divider" }];
    const posted = await client.chat.postMessage({ channel: "C0REQUESTS", text: "with", blocks });
    const at = { channel: "C0REQUESTS", ts: String(posted.ts) };

    await client.chat.update({ ...at, text: "without" });

    const [message] = (await double.current.as("U0LENA").messages("C0REQUESTS")).filter((one) => one.ts === at.ts);
    expect(message).toMatchObject({ text: "without", blocks: [], edited: true });
  });

  test("only the app's own, existing messages can be changed", async () => {
    const { ts } = await double.current.as("U0LENA").say("C0REQUESTS", "mine");
    const update = (changed: string) => client.chat.update({ channel: "C0REQUESTS", ts: changed, text: "x" });

    expect(await refusal(update(ts))).toBe("cant_update_message");
    expect(await refusal(update("1.000001"))).toBe("message_not_found");
  });

  test("a thread reply needs a thread", async () => {
    const reply = client.chat.postMessage({ channel: "C0REQUESTS", text: "x", thread_ts: "1.000001" });

    expect(await refusal(reply)).toBe("thread_not_found");
  });

  test("a person's id means the direct message with them, and a deleted person has none", async () => {
    const posted = await client.chat.postMessage({ channel: "U0LENA", text: "hello" });

    expect(posted.channel).toBe(await double.current.as("U0LENA").dm());
    expect(await refusal(client.chat.postMessage({ channel: "U0GONE", text: "hello" }))).toBe("channel_not_found");
  });

  test("an ephemeral needs its reader in the channel and cannot be edited", async () => {
    const whisper = (user: string) => client.chat.postEphemeral({ channel: "C0PAYMENTS", user, text: "psst" });

    expect(await refusal(whisper("U0EVE"))).toBe("user_not_in_channel");
    const { message_ts: ts } = await whisper("U0ANA");
    expect(await refusal(client.chat.update({ channel: "C0PAYMENTS", ts: String(ts), text: "x" }))).toBe(
      "message_not_found",
    );
  });
});

describe("rate limits", () => {
  test("a burst is tolerated, then one message a second a channel", async () => {
    const post = (channel: string) => client.chat.postMessage({ channel, text: "x" });
    for (let count = 0; count < 3; count += 1) await post("C0REQUESTS");

    const fourth = await post("C0REQUESTS").catch((error: unknown) => error);

    expect(fourth).toBeInstanceOf(WebAPIRateLimitedError);
    expect(fourth).toMatchObject({ retryAfter: 1 });
    expect(await post("C0PAYMENTS")).toMatchObject({ ok: true });
    await double.current.advanceClock(1000);
    expect(await post("C0REQUESTS")).toMatchObject({ ok: true });
  });

  test("a tier 2 method stops at 20 a minute", async () => {
    for (let count = 0; count < 20; count += 1) await client.users.list({});

    const next = await client.users.list({}).catch((error: unknown) => error);

    expect(next).toBeInstanceOf(WebAPIRateLimitedError);
    expect(await client.users.info({ user: "U0ANA" })).toMatchObject({ ok: true });
  });

  test("the strict fault leaves no burst", async () => {
    await double.current.fault({ kind: "strict-rate" });
    await client.chat.postMessage({ channel: "C0ONCALL", text: "1" });

    const second = await client.chat.postMessage({ channel: "C0ONCALL", text: "2" }).catch((error: unknown) => error);

    expect(second).toBeInstanceOf(WebAPIRateLimitedError);
  });
});

describe("faults", () => {
  const post = (text: string) => client.chat.postMessage({ channel: "C0PAYMENTS", text });
  const stored = async (text: string) =>
    (await double.current.storedMessages()).filter((message) => message.text === text).length;

  test("a 503 after the commit: the message stands, the client knows nothing of it", async () => {
    await double.current.fault({ kind: "after-commit", method: "chat.postMessage" });

    await expect(post("committed")).rejects.toBeInstanceOf(WebAPIHTTPError);
    expect(await stored("committed")).toBe(1);
  });

  test("a 503 before the commit: nothing stands", async () => {
    await double.current.fault({ kind: "http", method: "chat.postMessage" });

    await expect(post("lost")).rejects.toBeInstanceOf(WebAPIHTTPError);
    expect(await stored("lost")).toBe(0);
  });

  test("a reset connection, with and without commit", async () => {
    await double.current.fault({ kind: "reset", method: "chat.postMessage" });
    await double.current.fault({ kind: "reset", method: "chat.postMessage", commit: true });

    await expect(post("cut")).rejects.toBeInstanceOf(WebAPIRequestError);
    await expect(post("cut")).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(await stored("cut")).toBe(1);
  });

  test("an error strikes its method, its channel and its number of times only", async () => {
    await double.current.fault({ kind: "error", error: "channel_not_found", channel: "C0PAYMENTS", times: 2 });

    const answers = [await refusal(post("a")), await refusal(client.auth.test()), await refusal(post("b"))];

    expect([...answers, await refusal(post("c"))]).toEqual([
      "channel_not_found",
      "accepted",
      "channel_not_found",
      "accepted",
    ]);
  });

  test("invalid_auth once, 429 on order, and an answer that is late", async () => {
    await double.current.fault({ kind: "error", error: "invalid_auth", method: "users.info" });
    await double.current.fault({ kind: "rate-limit", method: "users.info", retryAfterSeconds: 7 });
    await double.current.fault({ kind: "latency", method: "users.info", ms: 200 });
    const info = () => client.users.info({ user: "U0ANA" });

    expect(await refusal(info())).toBe("invalid_auth");
    await expect(info()).rejects.toMatchObject({ retryAfter: 7 });
    const startedAt = Date.now();
    expect(await info()).toMatchObject({ ok: true });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(195);
  });

  test("an answer about one user alone fails on order", async () => {
    await double.current.fault({ kind: "error", error: "internal_error", method: "users.info", user: "U0ANA" });
    const about = (user: string) => refusal(client.users.info({ user }));

    expect([await about("U0BEN"), await about("U0ANA"), await about("U0ANA")]).toEqual([
      "accepted",
      "internal_error",
      "accepted",
    ]);
  });

  test("connections are refused on order", async () => {
    await double.current.fault({ kind: "error", error: "internal_error", method: "apps.connections.open" });
    const app = plainClient(double.current, double.current.appToken);

    expect(await refusal(app.apps.connections.open({}))).toBe("internal_error");
    expect(await refusal(app.apps.connections.open({}))).toBe("accepted");
  });
});
