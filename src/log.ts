import { type DestinationStream, destination, type Logger, pino } from "pino";
import type { LogLevel } from "./config.ts";
import type { Events } from "./workflows/ports.ts";

/** Field names whose value must never stand in a log, whatever library logs it. */
const SECRET_FIELDS = ["token", "kubeconfig", "sealed", "authorization", "password", "secret", "key", "blocks", "view"];

/** Takes what a process is called, pino's level and where to write (stdout); returns its log, in JSON lines. */
export function createLog(name: string, level: LogLevel, to: DestinationStream = destination(1)): Logger {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[secret]" },
    serializers: { cause: sayCause },
  };
  return pino(options, to);
}

/** Takes a log; returns the port by which workflows say what happened. A grant's id stands on every line about it. */
export function createEvents(log: Logger): Events {
  return {
    happened: (what, fields) => log.info(fields, what),
    failed: (what, fields, cause) => log.warn({ ...fields, cause }, what),
  };
}

/**
 * An error as name, code, message and stack. Never the whole object: clients hang requests and responses on theirs,
 * and with them tokens. Messages are cut, since some servers echo what they were sent.
 */
function sayCause(cause: unknown): object {
  if (typeof cause === "string") return { message: withoutTokens(cause.slice(0, 500)) };
  if (!(cause instanceof Error)) return { message: `a ${typeof cause} was thrown` };
  const code =
    "code" in cause && (typeof cause.code === "string" || typeof cause.code === "number") ? cause.code : undefined;
  const message = withoutTokens(cause.message.slice(0, 500));
  return { name: cause.name, code, message, stack: placesOf(cause) };
}

/** A stack begins with the message, however many lines that has; only the lines that name a place are kept. */
function placesOf({ stack = "" }: Error): string {
  const places = stack.split("\n").filter((line) => /^\s+at .+:\d+:\d+\)?$/.test(line));
  return withoutTokens(places.slice(0, 7).join("\n"));
}

/** Anything shaped like a JWT or a Slack token goes, wherever it stands. */
function withoutTokens(text: string): string {
  return text.replaceAll(/eyJ[\w-]+(?:\.[\w-]*){1,4}/g, "[secret]").replaceAll(/x(?:ox[a-z]|app)-[\w-]+/g, "[secret]");
}
