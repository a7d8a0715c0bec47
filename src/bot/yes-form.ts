/** What a form of a yes carries to its sending. Slack gives it back as it was, and takes 3,000 characters of it. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { allOf } from "../workflows/less.ts";
import { TIERS } from "../workflows/policy-schema.ts";
import type { Less, Request } from "../workflows/request.ts";
import { highest } from "../workflows/risk.ts";
import type { Risk } from "../workflows/step-up.ts";
import { reasonsShown } from "./messages/needs.ts";
import { packShown, type ShownRequest, unpackShown } from "./names.ts";

const Carried = z.strictObject({
  shown: z.string(),
  tier: z.enum(TIERS),
  /** A mark of each reason that it says; the reasons themselves would not fit. */
  why: z.array(z.string()),
  /** What was chosen before in the form for less: namespaces by their place in what was asked for. */
  less: z
    .strictObject({ seconds: z.number(), startsAt: z.number().nullable(), namespaces: z.array(z.number()) })
    .nullable(),
});

/** What a yes leaves of a request, which it may know by what was asked for alone; null: all of it. */
export type Leaves = (request: Request) => Less | null;

/** How a yes is given: what its form said, and what it leaves. */
export interface Given {
  readonly said: (risk: Risk) => boolean;
  readonly less: Leaves;
}

/** A bare click. */
export const BARE: Given = { said: () => false, less: () => null };

interface YesForm {
  readonly request: Request;
  readonly shown: ShownRequest;
  readonly needs: Risk;
  readonly less: Less | null;
}

/** Takes what a form of a yes is about, which risk it says, and what it is to leave; returns what it carries. */
export function packYesForm({ request, shown, needs, less }: YesForm): string {
  const { namespaces } = allOf(request);
  const carried: z.infer<typeof Carried> = {
    ...{ shown: packShown(shown), tier: needs.tier, why: reasonsShown(needs).map(mark) },
    less: less && {
      ...{ seconds: less.durationSeconds, startsAt: less.startsAt },
      namespaces: less.namespaces.map((name) => namespaces.indexOf(name)),
    },
  };
  return JSON.stringify(carried);
}

/** Takes what a form carried; returns what it is about (null where no form of ours carries that), and how the yes is given. */
export function unpackYesForm(text: string): Given & { readonly shown: ShownRequest | null } {
  const carried = read(text);
  // One that was opened before forms carried what they said: of that one nobody knows it.
  if (carried === null) return { ...BARE, shown: unpackShown(text) };
  const { shown, tier, why, less } = carried;
  return {
    shown: unpackShown(shown),
    said: (risk) =>
      highest([tier, risk.tier]) === tier && reasonsShown(risk).every((reason) => why.includes(mark(reason))),
    less: (request) => {
      if (less === null) return null;
      const all = allOf(request).namespaces;
      const namespaces = less.namespaces.flatMap((place) => all[place] ?? []);
      return { durationSeconds: less.seconds, startsAt: less.startsAt, namespaces };
    },
  };
}

function read(text: string): z.infer<typeof Carried> | null {
  try {
    return Carried.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function mark(reason: string): string {
  return createHash("sha256").update(reason).digest("base64url").slice(0, 16);
}
