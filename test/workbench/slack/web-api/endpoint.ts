import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Slack } from "../slack.ts";
import { SlackError } from "../slack-error.ts";
import { type Arguments, parseBody } from "./arguments.ts";
import { answerCall } from "./web-api.ts";

/** Serves POST /api/<method>: reads the call, answers it, records it. */
export async function serveWebApi(
  slack: Slack,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = Date.now();
  const { args, token } = readCall(await text(request), request);
  const answer = answerCall(slack, method, token, args);
  if (answer.lateMs !== undefined) await new Promise((resolve) => setTimeout(resolve, answer.lateMs));
  slack.records.call({
    at,
    method,
    body: readable(args),
    status: answer.status,
    answer: answer.cut ? null : answer.body,
    ms: Date.now() - at,
  });
  if (answer.cut) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8", ...answer.headers });
  response.end(JSON.stringify(answer.body));
}

function readCall(body: string, request: IncomingMessage): { args: Arguments; token: string | undefined } {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  const { token, ...args } = parseCall(body, request.headers["content-type"] ?? "");
  return { args, token: bearer ?? (typeof token === "string" ? token : undefined) };
}

function parseCall(body: string, contentType: string): Arguments {
  try {
    return parseBody(body, contentType);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof SlackError) return { invalid_json: body };
    throw error;
  }
}

/** JSON inside form fields unfolded, so that a record reads like the call was meant. */
function readable(args: Arguments): Arguments {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (typeof value !== "string" || !/^[[{]/.test(value)) return [key, value];
      try {
        return [key, JSON.parse(value)];
      } catch {
        return [key, value];
      }
    }),
  );
}
