import type { Slack } from "../slack.ts";
import type { Arguments } from "./arguments.ts";

/** A Web API method: what it answers beside `ok: true`. Refusals are thrown as SlackError. */
type Method = (slack: Slack, args: Arguments) => Record<string, unknown>;
export type Methods = Record<string, Method>;
