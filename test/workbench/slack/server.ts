import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { act } from "./control.ts";
import { servePage } from "./page-files.ts";
import { respond } from "./respond.ts";
import { createSlack, type Slack } from "./slack.ts";
import { NotPossible, SlackError } from "./slack-error.ts";
import { serveWebApi } from "./web-api/endpoint.ts";
import { control, readState } from "./workspace-control.ts";
import { type WorldInput, world } from "./world.ts";

export interface SlackServer {
  slack: Slack;
  close(): Promise<void>;
}

/** Starts a double on a loopback port (0: a free one). */
export async function startServer(input: WorldInput, port: number): Promise<SlackServer> {
  const slack = createSlack(world.parse(structuredClone(input)));
  const server = createServer((request, response) => {
    route(slack, request, response).catch((error: unknown) => answerError(response, error));
  });
  server.on("upgrade", (request, socket, head) => slack.sockets.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the double has no port");
  slack.url = `http://127.0.0.1:${address.port}`;
  return { slack, close: () => close(server, slack) };
}

async function close(server: Server, slack: Slack): Promise<void> {
  slack.sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function route(slack: Slack, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", slack.url);
  const [root = "", ...rest] = url.pathname.split("/").slice(1);
  if (root === "api") return serveWebApi(slack, rest.join("/"), request, response);
  if (root === "response") return serveResponseUrl(slack, rest[0] ?? "", request, response);
  if (root === "_") return serveControl(slack, rest, url.searchParams, request, response);
  return servePage(root, response);
}

async function serveResponseUrl(
  slack: Slack,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body: unknown = JSON.parse(await text(request));
  const target = slack.responseUrls.use(id);
  if (typeof target === "string") {
    response.writeHead(404).end(target);
    return;
  }
  try {
    respond(slack, target, body);
    response.writeHead(200).end("ok");
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    slack.records.slip("rejected", "response_url", [error.error, ...error.messages].join(" "));
    response.writeHead(400).end(error.error);
  }
}

async function serveControl(
  slack: Slack,
  path: string[],
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer =
    request.method === "GET"
      ? await readState(slack, path, query)
      : await change(slack, path, JSON.parse((await text(request)) || "{}"));
  if (answer === undefined) answerJson(response, 404, { error: `there is no ${path.join("/")}` });
  else answerJson(response, 200, answer);
}

async function change(slack: Slack, path: string[], body: unknown): Promise<unknown> {
  const [name = "", user, what] = path;
  return name === "as" && user !== undefined && what !== undefined
    ? act(slack, user, what, body)
    : control(slack, name, body);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

/** 409 for what a person cannot do, 400 for a question the double does not understand, 500 for a fault of its own. */
function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof NotPossible) answerJson(response, 409, { error: error.message });
  else if (error instanceof SlackError) answerJson(response, 409, { error: error.error, messages: error.messages });
  else if (error instanceof z.ZodError) answerJson(response, 400, { error: z.prettifyError(error) });
  else answerJson(response, 500, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
