import type { ModalView } from "@slack/types";
import { recentFacts } from "../workflows/around.ts";
import { glassOffer } from "../workflows/glass-offer.ts";
import type { Grant } from "../workflows/grant.ts";
import { capOf } from "../workflows/limits.ts";
import { offer } from "../workflows/offer.ts";
import type { Millis, PersonRecord } from "../workflows/person.ts";
import type { Policy } from "../workflows/policy.ts";
import type { ClusterFacts } from "../workflows/ports.ts";
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
  parts: BotParts,
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
  const factsOf = await readFacts(parts, policy, now);
  const offered = offer(source, by, factsOf, now);
  const glass = former === null ? glassOffer(source, by, factsOf, now) : [];
  if (offered.length === 0 && glass.length === 0) return { no: nothingOnOfferWords(policy, by.person) };
  const breaks = filled.glass && glass.length > 0;
  const preview = await previewWish(parts, source, { by, filled, glass: breaks, now });
  const form = { offer: offered, glass, filled, preview, former, contractEnd: capOf(policy, by), now };
  return { got: requestForm({ names: policy, ...form }) };
}

/** What is published of all clusters that the policy names. */
async function readFacts(
  { desk }: BotParts,
  { rules, breakGlass }: Policy,
  now: Millis,
): Promise<(cluster: string) => ClusterFacts | null> {
  const clusters = [...new Set([...rules, ...(breakGlass?.rules ?? [])].map(({ cluster }) => cluster))];
  const facts = await Promise.all(clusters.map((cluster) => desk.facts.of(cluster)));
  return (cluster) => recentFacts(facts.find((one) => one?.cluster === cluster) ?? null, now);
}
