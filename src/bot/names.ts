/** Every name that Slack sends back to us, and nothing else. manifest.yml is kept equal to this by a test. */

export const COMMANDS = { access: "/k8s-access", revoke: "/k8s-revoke" } as const;

/** Buttons and form fields, by `action_id`. */
export const ACTIONS = {
  requestAccess: "request_access",
  approve: "approve_request",
  approveLess: "approve_for_less",
  deny: "deny_request",
  withdraw: "withdraw_request",
  getKubeconfig: "get_kubeconfig",
  done: "end_own_grant",
  extend: "extend_own_grant",
  askAgain: "ask_again",
  review: "review_pass",
} as const;

/** Fields of the request form, by `action_id`; unique in the form, so a field is found whatever its block is called. */
export const FIELDS = {
  cluster: "cluster",
  namespaces: "namespaces",
  profile: "profile",
  duration: "duration",
  otherDuration: "other_duration",
  ticket: "ticket",
  reason: "reason",
  start: "start",
  glass: "break_glass",
} as const;

/** Fields of the smaller forms, by `block_id` and `action_id` alike. */
export const DENY_WHY = "deny_why";
export const REVIEW_WORDS = "review_words";
export const LESS = { duration: "less_duration", namespaces: "less_namespaces", start: "less_start" } as const;
export const CHOSEN_GRANT = "chosen_grant";
export const END_WHY = "end_why";

/** Modals, by `callback_id`. */
export const VIEWS = {
  request: "request_form",
  deny: "deny_form",
  stepUp: "step_up_form",
  less: "approve_less_form",
  review: "review_form",
  chooseGrant: "choose_grant_form",
  confirmEnd: "confirm_end_form",
  confirmEndAll: "confirm_end_all_form",
} as const;

/** The choice in the duration menu after which a text field follows. */
export const OTHER_DURATION = "other";

/** The one choice of the box that breaks the glass. */
export const BREAK_GLASS = "break";

/** What the policy's bot scopes are for, and no more. */
export const BOT_SCOPES = {
  commands: "the two slash commands",
  "chat:write": "cards, replies in their threads, direct messages",
  "im:write": "opening the direct message with the asker",
  "users:read": "who clicked: active, guest, of which organisation",
  "usergroups:read": "who is in the user groups that the policy names",
} as const;

/** Names a request as somebody saw it: an opaque id and the fingerprint of what was shown. */
export interface ShownRequest {
  readonly request: string;
  readonly fingerprint: string;
}

/** Takes a shown request; returns the value its buttons carry. */
export function packShown({ request, fingerprint }: ShownRequest): string {
  return `${request}.${fingerprint}`;
}

/** Takes a button's value; returns the shown request, or null when no button of ours carries such a value. */
export function unpackShown(value: string | undefined): ShownRequest | null {
  const parts = /^([a-z2-7]{10})\.([\w-]{1,64})$/.exec(value ?? "");
  const [, request, fingerprint] = parts ?? [];
  return request === undefined || fingerprint === undefined ? null : { request, fingerprint };
}

/** Takes a button's value; returns the request id in it, or null. */
export function unpackRequest(value: string | undefined): string | null {
  return /^[a-z2-7]{10}$/.test(value ?? "") ? (value ?? null) : null;
}

/** Takes a button's value; returns the grant id in it, or null. */
export function unpackGrant(value: string | undefined): string | null {
  return /^[a-z2-7]{10}[a-z]$/.test(value ?? "") ? (value ?? null) : null;
}

/** Takes words after a command; returns the id of the one person they mention (Slack escapes `@jane` so), or null. */
export function unpackMention(text: string): string | null {
  return /^<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>$/.exec(text.trim())?.[1] ?? null;
}

/** What one confirmation ends: all that its sender may end, or of that all that one account has (its Slack user id). */
export type Scope = "all" | { readonly user: string };

/** Takes a scope; returns what its form carries. */
export function packScope(scope: Scope): string {
  return scope === "all" ? "all" : `user:${scope.user}`;
}

/** Takes what a form carries; returns the scope, or null when no form of ours carries that. */
export function unpackScope(text: string): Scope | null {
  if (text === "all") return "all";
  const [, user] = /^user:([UW][A-Z0-9]{2,})$/.exec(text) ?? [];
  return user === undefined ? null : { user };
}
