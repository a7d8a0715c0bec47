import { z } from "zod";

/** What kind of account a person has; each decides what Slack lets them do and what users.info says. */
const personKind = z.enum([
  "member",
  "admin",
  "multi-channel-guest",
  "single-channel-guest",
  "connect",
  "stranger",
  "deleted",
  "bot",
  "unconfirmed",
]);
export type PersonKind = z.infer<typeof personKind>;

export const person = z.strictObject({
  id: z.string().regex(/^[UW][A-Z0-9]+$/),
  name: z.string(),
  realName: z.string(),
  kind: personKind,
  email: z.string().optional(),
  teamId: z.string().optional(),
  tz: z.string().default("Europe/Berlin"),
  /** When a guest's account expires, in epoch seconds; Slack tells it in some guests' profiles only. */
  guestExpiresAt: z.int().positive().optional(),
});
export type Person = z.infer<typeof person>;

const channel = z.strictObject({
  id: z.string().regex(/^[CGD][A-Z0-9]+$/),
  name: z.string(),
  isPrivate: z.boolean().default(false),
  isExtShared: z.boolean().default(false),
  isArchived: z.boolean().default(false),
  /** Set on a direct message: the person on its other side. */
  imWith: z.string().optional(),
  members: z.array(z.string()),
});
export type Channel = z.infer<typeof channel>;

const userGroup = z.strictObject({
  id: z.string(),
  handle: z.string(),
  name: z.string(),
  users: z.array(z.string()),
});
export type UserGroup = z.infer<typeof userGroup>;

export const interactions = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("socket") }),
  z.strictObject({ mode: z.literal("http"), requestUrl: z.url() }),
]);

export const slashCommand = z.strictObject({
  command: z.string().regex(/^\/\S{1,31}$/),
  should_escape: z.boolean().default(false),
  description: z.string().max(2000).default(""),
  usage_hint: z.string().max(1000).default(""),
});

const app = z.strictObject({
  id: z.string().default("A0DAYPASS"),
  name: z.string().default("Daypass"),
  botUserId: z.string().default("U0DAYPASS"),
  botId: z.string().default("B0DAYPASS"),
  botToken: z.string().default("xoxb-double-bot"),
  appToken: z.string().default("xapp-double-app"),
  signingSecret: z.string().default("signing-secret-of-the-double"),
  verificationToken: z.string().default("verification-token-of-the-double"),
  commands: z.array(slashCommand),
  scopes: z.array(z.string()),
  events: z.array(z.string()),
  interactions: interactions.default({ mode: "socket" }),
  /** Whether buttons and forms reach the app at all. */
  interactivity: z.boolean().default(true),
  homeTab: z.boolean().default(true),
  messagesTab: z.boolean().default(true),
  /** Whether people may write to the app in their direct message. */
  messagesTabReadOnly: z.boolean().default(false),
});

/** Numbers a test may loosen or tighten; the defaults are Slack's unless said. */
const limits = z.strictObject({
  /** Slack: 3 s to acknowledge. */
  ackMs: z.number().default(3000),
  /** Slack: 1 message a second in a channel, short bursts tolerated. The burst's size is ours. */
  messageBurst: z.number().default(5),
  messagesPerSecond: z.number().default(1),
  /** Slack's tiers are "20+", "50+", "100+" a minute; how much the plus is worth is ours. */
  tierFactor: z.number().default(3),
  /** Slack: at once, after 1 min, after 5 min. */
  eventRetryMs: z.array(z.number()).default([0, 60_000, 300_000]),
});

export const world = z.strictObject({
  team: z.strictObject({ id: z.string(), name: z.string(), domain: z.string() }),
  /** Teams of people from elsewhere, by id. */
  otherTeams: z.array(z.strictObject({ id: z.string(), name: z.string(), domain: z.string() })).default([]),
  enterprise: z.strictObject({ id: z.string(), name: z.string() }).optional(),
  people: z.array(person),
  channels: z.array(channel),
  userGroups: z.array(userGroup).default([]),
  app,
  limits: limits.prefault({}),
});
export type World = z.infer<typeof world>;
export type WorldInput = z.input<typeof world>;
