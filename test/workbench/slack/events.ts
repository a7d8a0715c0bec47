import { randomBytes } from "node:crypto";
import { deliver } from "./delivery.ts";
import type { Ack } from "./envelope.ts";
import type { Slack } from "./slack.ts";

/**
 * Sends an event to the app if it subscribed to it, and again at Slack's intervals until it is acknowledged.
 * Resolves with how the first delivery went; undefined when the app does not want the event.
 */
export async function sendEvent(
  slack: Slack,
  event: { type: string } & Record<string, unknown>,
): Promise<Ack | undefined> {
  if (!slack.world.app.events.includes(event.type)) return undefined;
  const { app, team } = slack.world;
  const now = Date.now();
  const payload = {
    token: app.verificationToken,
    team_id: team.id,
    api_app_id: app.id,
    event: { event_ts: slack.clock.nextTs(), ...event },
    type: "event_callback",
    event_id: `Ev0${randomBytes(5).toString("hex").toUpperCase()}`,
    event_time: Math.floor(now / 1000),
    authorizations: [
      {
        enterprise_id: slack.world.enterprise?.id ?? null,
        team_id: team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
  const first = await deliver(slack, { type: "events_api", payload, takesAnswer: false }, event.type);
  slack.feed.tell({ kind: "event", detail: event.type });
  if (!first.acked) retryLater(slack, event.type, payload, first.reason, 1);
  return first;
}

function retryLater(
  slack: Slack,
  what: string,
  payload: Record<string, unknown>,
  reason: string,
  attempt: number,
): void {
  const after = slack.world.limits.eventRetryMs[attempt - 1];
  if (after === undefined || reason === "no_retry") return;
  const retry = { attempt, reason: reason === "timeout" ? "timeout" : "http_error" };
  setTimeout(async () => {
    const ack = await deliver(slack, { type: "events_api", payload, takesAnswer: false, retry }, what);
    slack.feed.tell({ kind: "event", detail: what });
    if (!ack.acked) retryLater(slack, what, payload, ack.reason, attempt + 1);
  }, after).unref();
}
