import type { Logger } from "@slack/bolt";
import { LogLevel } from "@slack/bolt";

/** The bot's log: a fixed sentence and fields. Never takes a payload, a view or a person's words. */
export interface BotLog {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * web-api and socket-mode write whole requests, answers and WebSocket messages at debug, a kubeconfig's modal among
 * them. Only sentences that hold no data get through: letters and a method's name.
 */
const HARMLESS_DEBUG = /^[A-Za-z][A-Za-z .,'()-]{0,79}$/;
const MOST_LETTERS = 300;

/** Takes our log; returns one for Slack's libraries that lets no body through, at any level. */
export function createSlackLog(log: BotLog): Logger {
  return {
    debug: (...said) => {
      const [first] = said;
      if (typeof first === "string" && HARMLESS_DEBUG.test(first)) log.debug("slack client", { said: first });
    },
    info: (...said) => log.info("slack client", { said: sayAll(said) }),
    warn: (...said) => log.warn("slack client", { said: sayAll(said) }),
    error: (...said) => log.error("slack client", { said: sayAll(said) }),
    // Fixed: at debug the libraries would build the strings that are thrown away here.
    getLevel: () => LogLevel.INFO,
    setLevel: () => undefined,
    setName: () => undefined,
  };
}

function sayAll(said: readonly unknown[]): string {
  return said.map(sayOne).join(" ").slice(0, MOST_LETTERS);
}

/** Errors by name and message: those of web-api carry the answer's body and headers. */
function sayOne(said: unknown): string {
  if (typeof said === "string") return said;
  return said instanceof Error ? `${said.name}: ${said.message}` : `(${typeof said})`;
}
