import { createHmac } from "node:crypto";
import type { Ack, Envelope } from "./envelope.ts";
import type { World } from "./world.ts";

/** Calls the app's request URL as Slack does: form or JSON body, v0 signature, three seconds. */
export class SignedHttp {
  #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async deliver(envelope: Envelope, requestUrl: string): Promise<Ack> {
    const { body, contentType } = encode(envelope);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const hmac = createHmac("sha256", this.#world.app.signingSecret).update(`v0:${timestamp}:${body}`);
    const retry = envelope.retry;
    try {
      const response = await fetch(requestUrl, {
        method: "POST",
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(this.#world.limits.ackMs),
        headers: {
          "content-type": contentType,
          "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": `v0=${hmac.digest("hex")}`,
          ...(retry ? { "x-slack-retry-num": String(retry.attempt), "x-slack-retry-reason": retry.reason } : {}),
        },
      });
      const text = await response.text();
      if (response.status !== 200) {
        const noRetry = response.headers.get("x-slack-no-retry") === "1";
        return { acked: false, reason: noRetry ? "no_retry" : "http_error" };
      }
      return { acked: true, answer: text === "" ? undefined : parseAnswer(text, response.headers.get("content-type")) };
    } catch (cause) {
      const late = cause instanceof DOMException && cause.name === "TimeoutError";
      return { acked: false, reason: late ? "timeout" : "unreachable" };
    }
  }
}

function encode(envelope: Envelope): { body: string; contentType: string } {
  if (envelope.type === "events_api") {
    return { body: JSON.stringify(envelope.payload), contentType: "application/json" };
  }
  const fields =
    envelope.type === "interactive"
      ? { payload: JSON.stringify(envelope.payload) }
      : Object.fromEntries(Object.entries(envelope.payload).map(([key, value]) => [key, String(value)]));
  return { body: new URLSearchParams(fields).toString(), contentType: "application/x-www-form-urlencoded" };
}

function parseAnswer(text: string, contentType: string | null): unknown {
  return contentType?.includes("application/json") ? JSON.parse(text) : { text };
}
