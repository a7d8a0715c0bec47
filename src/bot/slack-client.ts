import type { Logger } from "@slack/bolt";
import {
  type WebAPIHTTPError,
  type WebAPIPlatformError,
  type WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from "@slack/web-api";

/** Slack's own deadline for what follows a click is 3 s; for the rest this is long enough. */
const CALL_TIMEOUT_MS = 8_000;

/** Where Slack's API is, and who listens to its clients. */
export interface SlackPlace {
  readonly apiUrl: string | null;
  readonly logger: Logger;
}

/**
 * Takes the place and a deadline; returns options for one client, new each time: bolt and socket-mode change what they
 * are given. No retries: the outbox retries, and a person presses again.
 */
export function clientOptions({ apiUrl, logger }: SlackPlace, timeoutMs: number = CALL_TIMEOUT_MS): WebClientOptions {
  return {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    logger,
    retryConfig: { retries: 0 },
    timeout: timeoutMs,
    rejectRateLimitedCalls: true,
  };
}

/** Takes the bot's token, the place and a deadline; returns a client of its own: a 429 pauses one client's calls. */
export function createClient(token: string, place: SlackPlace, timeoutMs?: number): WebClient {
  return new WebClient(token, clientOptions(place, timeoutMs));
}

/** What went wrong in a call to Slack. */
export type SlackTrouble =
  /** Slack understood and says no, in a word of its own. */
  | { readonly kind: "refused"; readonly error: string }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** No answer, or none that counts: what was asked may have happened. */
  | { readonly kind: "silent" };

/** Takes any error; returns Slack's trouble, or null when it is not Slack's. By code, as the SDK documents them. */
export function slackTrouble(error: unknown): SlackTrouble | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  switch (error.code) {
    case "slack_webapi_platform_error":
      return { kind: "refused", error: (error as WebAPIPlatformError).data.error };
    case "slack_webapi_rate_limited_error":
      return { kind: "limited", retryAfterMs: (error as WebAPIRateLimitedError).retryAfter * 1000 };
    case "slack_webapi_http_error":
    case "slack_webapi_request_error":
      return { kind: "silent" };
    default:
      return null;
  }
}

const PASSING = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"]);

/** Takes a word of Slack's; returns whether it stands for trouble of its own that passes. */
export function isPassing(word: string): boolean {
  return PASSING.has(word);
}

/** Takes any error; returns words for the log without bodies, headers or arguments. */
export function sayError(error: unknown): string {
  const trouble = slackTrouble(error);
  if (trouble?.kind === "refused") return `slack: ${trouble.error}`;
  if (error instanceof Error && "statusCode" in error) return `slack: HTTP ${(error as WebAPIHTTPError).statusCode}`;
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : `a ${typeof error} was thrown`;
}

/** Slack's words for a token that will not work again by waiting. */
const HOPELESS = new Set([
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "user_removed_from_team",
  "team_disabled",
  "token_revoked",
  "token_expired",
  "not_allowed_token_type",
  "missing_scope",
]);

/** Takes an error; returns whether the token itself is refused, so that only a person can help. */
export function isHopeless(error: unknown): boolean {
  const trouble = slackTrouble(error);
  return trouble?.kind === "refused" && HOPELESS.has(trouble.error);
}
