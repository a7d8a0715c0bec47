import { z } from "zod";
import { see, seeMessages } from "./acts/see.ts";
import { fault } from "./faults.ts";
import { happen, happening } from "./happenings.ts";
import { findViolations } from "./oracle.ts";
import type { Slack } from "./slack.ts";
import { interactions } from "./world.ts";

const sockets = z.strictObject({
  how: z.enum(["drop", "warning", "refresh_requested", "link_disabled"]),
});
const appChange = z.strictObject({ interactions });
const clock = z.strictObject({ advanceMs: z.number().positive() });

/** What a test asks of the whole workspace: POST /_/<name>. Undefined when there is no such thing. */
export async function control(slack: Slack, name: string, body: unknown): Promise<unknown> {
  switch (name) {
    case "fault":
      slack.faults.order(fault.parse(body));
      return {};
    case "no-faults":
      slack.faults.clear();
      return {};
    case "event":
      return happen(slack, happening.parse(body));
    case "sockets": {
      const { how } = sockets.parse(body);
      if (how === "drop") slack.sockets.drop();
      else slack.sockets.disconnect(how);
      return {};
    }
    case "app":
      slack.world.app.interactions = appChange.parse(body).interactions;
      return {};
    case "clock":
      slack.clock.advance(clock.parse(body).advanceMs);
      return {};
    default:
      return undefined;
  }
}

/** What a test or the page reads: GET /_/<name>. Undefined when there is no such thing. */
export async function readState(slack: Slack, path: string[], query: URLSearchParams): Promise<unknown> {
  const [name, user, what] = path;
  const number = (key: string, otherwise: number) => Number(query.get(key) ?? otherwise);
  if (name === "as" && user !== undefined && what === "messages") {
    return { n: slack.feed.n, messages: seeMessages(slack, user, query.get("channel") ?? "", number("since", 0)) };
  }
  if (name === "as" && user !== undefined && what === "sees") return see(slack, user);
  switch (name) {
    case "world":
      return { ...slack.world, n: slack.feed.n, connections: slack.sockets.connections };
    case "wait": {
      const after = number("after", slack.feed.n);
      const kinds = query.get("kinds")?.split(",");
      await slack.feed.wait(after, Math.min(number("timeout", 25_000), 60_000), kinds);
      return { n: slack.feed.n, changes: slack.feed.after(after, kinds) };
    }
    case "calls": {
      const method = query.get("method");
      return slack.records.calls.filter((call) => method === null || call.method === method);
    }
    case "messages":
      return slack.timelines.all;
    case "deliveries":
      return slack.records.deliveries;
    case "oracle":
      return { violations: findViolations(slack) };
    default:
      return undefined;
  }
}
