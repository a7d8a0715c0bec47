import type { Telling } from "../workflows/ports.ts";
import type { Cards } from "../workflows/telling.ts";
import { policyFault } from "./messages/policy-fault.ts";
import type { Poster } from "./poster.ts";

type PolicyTold = Extract<Telling["tell"], { readonly kind: "policyFault" }>;

/**
 * Tells a channel what became of a version of the policy: each time a message of its own, since an edit notifies nobody.
 * What the last of them says already, such as by another process that read the same, edits that one.
 */
export async function tellPolicy(
  { cards }: { readonly cards: Cards },
  poster: Poster,
  lane: string,
  { version, faults }: PolicyTold,
): Promise<void> {
  const last = `policy-${lane}`;
  const name = `policy:${faults.length > 0 ? "fault" : "mended"}:${version}-${lane}`;
  const [before, same] = await Promise.all([cards.find(last), cards.find(name)]);
  // In this order: whatever of it was done when a bot dies, what is told is neither lost nor told twice.
  if (before !== null && before.ts !== same?.ts) {
    await cards.forget(name);
    await cards.forget(last);
  }
  const place = await poster.show(name, lane, policyFault(faults));
  if (before?.ts === place.ts) return;
  await cards.forget(last);
  await cards.keep(last, place);
}
