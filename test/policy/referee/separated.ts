/** "Separation": what one person may not hold at the same time. */
import type { Side } from "../../../src/workflows/policy-schema.ts";
import { isAmong } from "./places.ts";
import type { HeldPass, Law, World } from "./terms.ts";

/** Takes an access that is wanted; returns whether something held stands against it. */
export function isSeparated({ policy }: Law, wanted: HeldPass, { held, factsOf }: World): boolean {
  const isOn = (pass: HeldPass, side: Side) =>
    side.profiles.includes(pass.profile) &&
    (side.cluster === undefined || side.cluster === pass.cluster) &&
    pass.namespaces.some(
      (namespace) =>
        side.namespaces === undefined || isAmong(side.namespaces, { namespace, facts: factsOf(pass.cluster) }, true),
    );
  return policy.separation.some(({ first, second }) =>
    held.some((pass) => (isOn(pass, first) && isOn(wanted, second)) || (isOn(pass, second) && isOn(wanted, first))),
  );
}
