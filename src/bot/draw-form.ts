import type { ModalView } from "@slack/types";
import { readFacts, recentFacts } from "../workflows/around.ts";
import { glassOffer } from "../workflows/glass-offer.ts";
import type { Grant } from "../workflows/grant.ts";
import { capOf } from "../workflows/limits.ts";
import { offer } from "../workflows/offer.ts";
import type { PersonRecord } from "../workflows/person.ts";
import type { Policy } from "../workflows/policy.ts";
import { type Refusal, refuse } from "../workflows/refusal.ts";
import type { Filled } from "./filled-form.ts";
import { nothingOnOfferWords, refusalWords } from "./messages/refusals.ts";
import { requestForm } from "./messages/request-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
import { previewWish } from "./preview-wish.ts";
import type { Reached } from "./reach.ts";

/** What the request form is to hold. */
export interface FormWanted {
  readonly filled: Filled;
  /** The grant that the request would succeed; null for a first one. */
  readonly former: Pick<Grant, "id" | "end"> | null;
}

/** Takes who wants the form and what it holds so far; returns it, or why there is none: nobody fills it in vain. */
export async function drawForm(
  parts: Pick<BotParts, "desk">,
  by: PersonRecord,
  { filled, former }: FormWanted,
): Promise<Reached<ModalView>> {
  const { desk } = parts;
  const refused = (refusal: Refusal) => ({ no: refusalWords(namesOf(parts), refusal) });
  const source = desk.policy.current();
  const unsafe = desk.caution.whyNot();
  if (!by.active) return refused(refuse("inactive"));
  if (source === null) return refused(refuse("policyUnreadable"));
  if (unsafe !== null) return refused(refuse("endingsOnly", { detail: unsafe }));
  const { policy } = source;
  const now = desk.clock.now();
  const read = await readFacts(desk, lentClusters(policy));
  const factsOf = (cluster: string) => recentFacts(read(cluster), now);
  const offered = offer(source, by, factsOf, now);
  const glass = former === null ? glassOffer(source, by, factsOf, now) : [];
  if (offered.length === 0 && glass.length === 0) return { no: nothingOnOfferWords(policy, by.person) };
  const breaks = filled.glass && glass.length > 0;
  const preview = await previewWish(parts, source, { by, filled, glass: breaks, now });
  const form = { offer: offered, glass, filled, preview, former, contractEnd: capOf(policy, by), now };
  return { got: requestForm({ names: policy, ...form }) };
}

/** The clusters that a policy lends on, by request or by break-glass. */
function lentClusters({ rules, breakGlass }: Policy): readonly string[] {
  return [...rules, ...(breakGlass?.rules ?? [])].map(({ cluster }) => cluster);
}
