import type { Ack, Envelope } from "./envelope.ts";
import type { Slack } from "./slack.ts";

/** Sends an envelope to the app the way it is configured, and records how it was taken. */
export async function deliver(slack: Slack, envelope: Envelope, what: string, user?: string): Promise<Ack> {
  const { interactions } = slack.world.app;
  const at = Date.now();
  const ack =
    interactions.mode === "socket"
      ? await slack.sockets.deliver(envelope)
      : await slack.http.deliver(envelope, interactions.requestUrl);
  slack.records.deliveries.push({
    at,
    kind: envelope.type,
    what,
    user,
    acked: ack.acked,
    ...(ack.acked ? {} : { reason: ack.reason }),
    ms: Date.now() - at,
  });
  slack.feed.tell({ kind: "delivery", detail: what, ...(user === undefined ? {} : { user }) });
  return ack;
}
