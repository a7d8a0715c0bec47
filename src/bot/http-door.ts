import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { HTTPReceiver } from "@slack/bolt";
import type { Door } from "./door.ts";
import type { SlackPlace } from "./slack-client.ts";

/** Slack: a signed request is good for five minutes. Bolt checks only that it is not older. */
const MOST_AHEAD_SECONDS = 300;

interface HttpDoorParts {
  readonly signingSecret: string;
  readonly port: number;
  readonly place: SlackPlace;
}

/** Signed HTTP at `POST /slack/events`. Throws without a signing secret: anybody could forge a click. */
export function createHttpDoor({ signingSecret, port, place }: HttpDoorParts): Door {
  if (signingSecret.trim() === "") throw new Error("SLACK_SIGNING_SECRET is empty: every request could be forged");
  const receiver = new HTTPReceiver({ signingSecret, port, endpoints: ["/slack/events"], logger: place.logger });
  const verifyAndHandle = receiver.requestListener;
  receiver.requestListener = (request: IncomingMessage, response: ServerResponse) => {
    if (isFromTheFuture(request, Date.now())) {
      request.resume();
      response.writeHead(401).end();
      return;
    }
    verifyAndHandle(request, response);
  };
  let server: Server | null = null;
  return {
    receiver: {
      init: (app) => receiver.init(app),
      start: async () => {
        server = (await receiver.start(port)) as Server;
      },
      stop: async () => {
        if (server !== null) await receiver.stop();
      },
    },
    port: () => {
      const address = server?.address();
      return typeof address === "object" && address !== null ? address.port : null;
    },
  };
}

/** Takes a request and the time; returns whether its timestamp is too far ahead, so that a signature kept back is no use. */
function isFromTheFuture(request: IncomingMessage, now: number): boolean {
  const seconds = Number(request.headers["x-slack-request-timestamp"]);
  return seconds > now / 1000 + MOST_AHEAD_SECONDS;
}
