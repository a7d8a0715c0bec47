/** The shape of the policy: docs/policy.md says what each setting means. What points where is policy-faults.ts'. */
import { z } from "zod";
import { parseDay } from "./day.ts";
import { EXACT_DURATION, parseExactDuration } from "./duration.ts";

export const TIERS = ["low", "medium", "high"] as const;
/** How dangerous an access is. */
export type Tier = (typeof TIERS)[number];

/** How many people must say yes at most, whatever asks for it. */
export const MOST_QUORUM = 5;
/** A condition longer than this is a program, and nobody reviews it. */
const MOST_CONDITION = 1_000;
const MOST_PATTERN = 200;

const Name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "use lower-case letters, digits and dashes, at most 63");
const SlackChannel = z.string().regex(/^[CG][A-Z0-9]{2,}$/, "use a channel id such as C0123456789, not a name");
const SlackKey = z.string().regex(/^[TE][A-Z0-9]{2,}\/[UW][A-Z0-9]{2,}$/, "use team id / user id, such as T0123/U0456");
const SlackTeam = z.string().regex(/^[TE][A-Z0-9]{2,}$/, "use a workspace id such as T0123456789");
const SlackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, "use a user group's id such as S0123456789, not its @name");
const Words = z
  .string()
  .min(1)
  .max(300)
  // Cc, Cf, Co, Cs, Zl, Zp: what nobody sees, or what turns the rest of the line around.
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, "no line breaks, invisible or direction-changing characters")
  // What Unicode says to show nothing of, whatever its kind, and the blank of Braille. U+FE0F alone makes a sign an emoji.
  .regex(/^(?:\ufe0f|(?!\u2800|(?!\p{C})\p{DI}).)*$/su, "no blank characters but spaces")
  .regex(/^(?!.*\p{M}{4})/su, "no more than three marks on one letter")
  .regex(/[\p{L}\p{N}]/u, "write at least one letter or digit");
const Duration = z
  .string()
  .regex(EXACT_DURATION, { error: ({ input }) => `"${input}" is no duration: write 30m, 2h or 1h30m` })
  .transform((text) => parseExactDuration(text) ?? 0);
/** A contract's last day, inclusive, in UTC. */
const LastDay = z.iso.date().transform((day) => parseDay(day) + 86_400_000);
const Condition = z.string().min(1).max(MOST_CONDITION);
const Count = z.int().min(1).max(10_000);
const Quorum = z.int().min(1).max(MOST_QUORUM);

export const LabelKey = z
  .string()
  .regex(
    /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    "no label key: write one such as env",
  );
export const LabelValue = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/, "no label value: write one such as prod");
const Label = z.strictObject({ label: LabelKey, value: LabelValue });
const Glob = z
  .string()
  .max(63)
  .regex(/^[a-z0-9*?-]+$/, "use a namespace's name, or a glob of it with * and ?");
/** A name, a glob of names, or a label. */
export const NamespaceMatch = z.union([Glob, Label], {
  error: "use a namespace's name, a glob such as team-*, or { label: team, value: payments }",
});
export type NamespaceMatch = z.infer<typeof NamespaceMatch>;
const Namespaces = z.array(NamespaceMatch).min(1);

const Company = z.strictObject({
  name: Words,
  sponsor: Name,
  contractEnd: LastDay,
  slackTeam: SlackTeam.optional(),
  maxPasses: Count.optional(),
});
const Person = z.strictObject({
  name: Words,
  slack: SlackKey,
  email: z.email().max(254).optional(),
  idp: Words.optional(),
  company: Name.optional(),
  contractEnd: LastDay.optional(),
});
const Group = z.strictObject({
  name: Words,
  channel: SlackChannel,
  people: z.array(Name),
  slackGroups: z.array(SlackGroup).default([]),
});
const Profile = z.strictObject({
  role: z.string().regex(/^daypass-profile-[a-z0-9-]+$/, "a catalogue ClusterRole: daypass-profile-…"),
  /** A verb phrase for people, such as "Read logs". */
  words: Words,
  can: Words,
  cannot: Words,
  maxDuration: Duration,
  /** The kubectl arguments that show a newcomer that it works. */
  tryFirst: Words.default("get pods"),
});
const Rule = z.strictObject({
  name: Name,
  /** Companies, people or groups. */
  who: z.array(Name).min(1),
  cluster: Name,
  namespaces: Namespaces,
  profiles: z.array(Name).min(1),
  approvers: z.union([Name.transform((name) => [name]), z.array(Name).min(1)]),
  quorum: Quorum.default(1),
  differentGroups: z.boolean().default(false),
  notSameCompany: z.boolean().default(false),
  maxDuration: Duration.optional(),
  ticket: z.boolean().default(false),
  when: Condition.optional(),
  whenWords: Words.optional(),
  autoApprove: z.boolean().default(false),
});
const Denial = z.strictObject({
  name: Name,
  /** Told to whoever asks. */
  why: Words,
  who: z.array(Name).min(1).optional(),
  cluster: Name.optional(),
  namespaces: Namespaces.optional(),
  profiles: z.array(Name).min(1).optional(),
  when: Condition.optional(),
});
const Side = z.strictObject({
  profiles: z.array(Name).min(1),
  cluster: Name.optional(),
  namespaces: Namespaces.optional(),
});
const Separation = z.strictObject({ name: Name, why: Words, first: Side, second: Side });

const Limits = z.strictObject({
  /** Passes being made, in use, or ending and not proven over. */
  passesPerPerson: Count.default(10),
  /** Requests that wait for an answer. */
  openPerPerson: Count.default(5),
});
const Tickets = z.strictObject({ pattern: z.string().min(1).max(MOST_PATTERN), example: Words });

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time as "08:00", in quotation marks')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
const Hours = z
  .strictObject({ days: z.array(z.enum(WEEKDAYS)).min(1), from: TimeOfDay, to: TimeOfDay, zone: z.string().min(1) })
  .refine(({ from, to }) => from < to, { path: ["to"], error: "the end of the day comes after its beginning" });
const Raise = z
  .strictObject({
    words: Words,
    clusterLabel: Label.optional(),
    namespaceLabel: Label.optional(),
    outsideHours: z.literal(true).optional(),
    firstPass: z.literal(true).optional(),
    afterRevocation: z.literal(true).optional(),
  })
  .refine(({ words: _, ...causes }) => Object.values(causes).filter((cause) => cause !== undefined).length === 1, {
    error: "name exactly one of clusterLabel, namespaceLabel, outsideHours, firstPass and afterRevocation",
  });
const TierDemands = z.strictObject({
  quorum: Quorum.optional(),
  maxDuration: Duration.optional(),
  ticket: z.boolean().default(false),
  stepUp: z.boolean().default(false),
});
const Risk = z.strictObject({
  hours: Hours.optional(),
  raise: z.array(Raise).default([]),
  tiers: z
    .strictObject({ low: TierDemands.optional(), medium: TierDemands.optional(), high: TierDemands.optional() })
    .default({}),
});
const GlassRule = z.strictObject({ cluster: Name, namespaces: Namespaces, profiles: z.array(Name).min(1) });
const BreakGlass = z.strictObject({
  rules: z.array(GlassRule).min(1),
  maxDuration: Duration,
  reviewers: Name,
  reviewWithin: Duration,
});

/** What a policy must look like before anybody asks what its names point to. */
export const PolicyShape = z.strictObject({
  version: z.literal(1),
  slack: z.strictObject({ requestsChannel: SlackChannel, linkedBy: Words }),
  companies: z.record(Name, Company).default({}),
  people: z.record(Name, Person),
  groups: z.record(Name, Group),
  onCall: Name,
  profiles: z.record(Name, Profile),
  rules: z.array(Rule),
  denials: z.array(Denial).default([]),
  separation: z.array(Separation).default([]),
  limits: Limits.default({ passesPerPerson: 10, openPerPerson: 5 }),
  tickets: Tickets.optional(),
  risk: Risk.default({ raise: [], tiers: {} }),
  breakGlass: BreakGlass.optional(),
});
export type PolicyShape = z.infer<typeof PolicyShape>;
export type Rule = PolicyShape["rules"][number];
export type Denial = PolicyShape["denials"][number];
export type GlassRule = NonNullable<PolicyShape["breakGlass"]>["rules"][number];
export type Separation = PolicyShape["separation"][number];
export type Side = Separation["first"];
export type Raise = PolicyShape["risk"]["raise"][number];
