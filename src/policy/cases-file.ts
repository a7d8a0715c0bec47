/** Golden cases as people write them. */
import { z } from "zod";
import { TIERS } from "../workflows/policy-schema.ts";
import { isDuration, parsePlace } from "./assumed-words.ts";
import { ASKER, FACTS, Moment } from "./facts-file.ts";

const Place = z.string().transform((text, context) => {
  const place = parsePlace(text);
  if (place !== null) return place;
  context.addIssue({ code: "custom", message: `"${text}" is no place: write prod/payments, or prod/payments,ledger` });
  return z.NEVER;
});
const Needs = z.strictObject({
  quorum: z.int().optional(),
  approvers: z.array(z.string()).optional(),
  rules: z.array(z.string()).optional(),
  deciders: z.array(z.string()).optional(),
  ticket: z.boolean().optional(),
  tier: z.enum(TIERS).optional(),
  stepUp: z.boolean().optional(),
  atMost: z.string().refine(isDuration, "write 30m, 2h or 1h30m").optional(),
  nobody: z.boolean().optional(),
});
const Case = z
  .strictObject({
    name: z.string().min(1),
    who: z.string(),
    what: z.string(),
    where: Place,
    for: z.string().refine(isDuration, "write 30m, 2h or 1h30m"),
    at: Moment.optional(),
    guest: z.boolean().default(false),
    slackGroups: ASKER.slackGroups.optional(),
    held: ASKER.held.optional(),
    outcomes: ASKER.outcomes.optional(),
    may: z.boolean(),
    needs: Needs.optional(),
    refused: z.string().optional(),
    rule: z.string().optional(),
  })
  .refine(({ may, refused, rule, needs }) => (may ? (refused ?? rule) === undefined : needs === undefined), {
    error: "needs is for what may be, refused and rule for what may not",
  });
/** A file of cases, with what is assumed for all of them. */
export const CasesFile = z.strictObject({
  ...FACTS,
  cases: z.array(Case).min(1),
});
/** What is asked, and what the policy is meant to say to it. */
export type Case = z.infer<typeof Case>;
/** What is needed for a yes, as far as a case says it. */
export type Needs = z.infer<typeof Needs>;
