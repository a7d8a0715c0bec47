/** "Separation": what one person may not hold at the same time. */
import type { Side } from "../../../src/workflows/policy-schema.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import { isAmong } from "./places.ts";
import type { HeldPass, Law, World } from "./terms.ts";

type Place = Pick<HeldPass, "cluster" | "profile" | "namespaces">;

/** Takes an access that is wanted; returns what stands against it of what is held: in use, or not proven over yet. */
export function againstHeld(law: Law, wanted: Place, { held, factsOf }: World): readonly RefusalCode[] {
  const standing = held.filter((pass) => areApart(law, wanted, { pass, factsOf }));
  return standing.map(({ isEnding }) => (isEnding ? "separatedWhileEnding" : "separated"));
}

/** "The namespaces of one request stand beside each other as passes do": tries each of them beside each other one. */
export function againstItself(law: Law, wanted: Place, { factsOf }: Pick<World, "factsOf">): readonly RefusalCode[] {
  const alone = [...new Set(wanted.namespaces)].map((name) => ({ ...wanted, namespaces: [name] }));
  const isParted = alone.some((one) => alone.some((pass) => pass !== one && areApart(law, one, { pass, factsOf })));
  return isParted ? ["separatedTogether"] : [];
}

function areApart(
  { policy }: Law,
  wanted: Place,
  { pass, factsOf }: { readonly pass: Place; readonly factsOf: World["factsOf"] },
): boolean {
  const isOn = (pass: Place, side: Side) =>
    side.profiles.includes(pass.profile) &&
    (side.cluster === undefined || side.cluster === pass.cluster) &&
    pass.namespaces.some(
      (namespace) =>
        side.namespaces === undefined || isAmong(side.namespaces, { namespace, facts: factsOf(pass.cluster) }, true),
    );
  return policy.separation.some(
    ({ first, second }) => (isOn(pass, first) && isOn(wanted, second)) || (isOn(pass, second) && isOn(wanted, first)),
  );
}
