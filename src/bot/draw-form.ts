import type { ModalView } from "@slack/types";
import type { Grant } from "../workflows/grant.ts";
import { offer } from "../workflows/judge.ts";
import type { PersonRecord } from "../workflows/person.ts";
import { contractEnd } from "../workflows/policy.ts";
import { type Refusal, refuse } from "../workflows/refusal.ts";
import type { Filled } from "./filled-form.ts";
import { nothingOnOfferWords, refusalWords } from "./messages/refusals.ts";
import { requestForm } from "./messages/request-form.ts";
import { type BotParts, namesOf } from "./parts.ts";
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
  const offered = offer(policy, by.person, now);
  if (offered.length === 0) return { no: nothingOnOfferWords(policy, by.person) };
  const clusters = [...new Set(offered.map((pass) => pass.cluster))];
  const facts = await Promise.all(clusters.map((cluster) => desk.facts.of(cluster)));
  const present = new Map(facts.flatMap((one) => (one === null ? [] : [[one.cluster, one.namespaces] as const])));
  const ends = contractEnd(policy, by.person);
  return { got: requestForm({ names: policy, offer: offered, present, filled, former, contractEnd: ends, now }) };
}
