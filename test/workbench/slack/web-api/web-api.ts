import type { Fault } from "../faults.ts";
import type { Slack } from "../slack.ts";
import { SlackError } from "../slack-error.ts";
import { app } from "./app.ts";
import type { Arguments } from "./arguments.ts";
import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import { files } from "./files.ts";
import type { Methods } from "./method.ts";
import { people } from "./people.ts";
import { checkScope, checkToken } from "./permission.ts";
import { views } from "./views.ts";

const methods: Methods = { ...app, ...chat, ...views, ...people, ...conversations, ...files };

/** What goes back over HTTP; `cut` means that the connection is reset instead. */
export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  cut?: boolean;
  lateMs?: number;
}

// Refusals that only a faulty app earns; others (message_not_found, hash_conflict) happen to good ones.
const slips = ["invalid_blocks", "no_text", "msg_too_long", "invalid_arguments", "unknown_method", "missing_scope"];

/** Answers one Web API call: token, faults, limits, scope, the method itself, in Slack's order. Never throws. */
export function answerCall(slack: Slack, method: string, token: string | undefined, args: Arguments): ApiAnswer {
  const channel = textIn(args.channel);
  const fault = slack.faults.strike(method, { channel, user: textIn(args.user) });
  const spared = fault && faultInsteadOfCall(fault);
  if (spared) return spared;
  const answer = perform(slack, method, token, args, channel);
  return fault ? faultOnAnswer(fault, answer) : answer;
}

function textIn(argument: unknown): string | undefined {
  return typeof argument === "string" ? argument : undefined;
}

function perform(
  slack: Slack,
  method: string,
  token: string | undefined,
  args: Arguments,
  channel: string | undefined,
): ApiAnswer {
  try {
    checkToken(slack.world, method, token);
    const run = methods[method];
    if (!run) throw new SlackError("unknown_method", [], { req_method: method });
    checkScope(slack.world, method, args);
    const waitSeconds = slack.rates.count(method, channel);
    if (waitSeconds !== undefined) return rateLimited(waitSeconds);
    return { status: 200, headers: {}, body: { ok: true, ...run(slack, args) } };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    if (slips.includes(error.error)) slack.records.slip("rejected", method, [error.error, ...error.messages].join(" "));
    return refusal(error);
  }
}

function refusal(error: SlackError): ApiAnswer {
  const metadata = error.messages.length > 0 ? { response_metadata: { messages: error.messages } } : {};
  return { status: 200, headers: {}, body: { ok: false, error: error.error, ...metadata, ...error.extra } };
}

function rateLimited(seconds: number): ApiAnswer {
  return { status: 429, headers: { "retry-after": String(seconds) }, body: { ok: false, error: "ratelimited" } };
}

function faultInsteadOfCall(fault: Fault): ApiAnswer | undefined {
  if (fault.kind === "error") return refusal(new SlackError(fault.error));
  if (fault.kind === "rate-limit") return rateLimited(fault.retryAfterSeconds);
  if (fault.kind === "http") return { status: fault.status, headers: {}, body: {} };
  if (fault.kind === "reset" && !fault.commit) return { status: 0, headers: {}, body: {}, cut: true };
  return undefined;
}

function faultOnAnswer(fault: Fault, answer: ApiAnswer): ApiAnswer {
  if (fault.kind === "after-commit") return { ...answer, status: fault.status, body: {} };
  if (fault.kind === "reset") return { ...answer, cut: true };
  if (fault.kind === "latency") return { ...answer, lateMs: fault.ms };
  return answer;
}
