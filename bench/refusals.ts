/** Looks on from outside: tokens for those who look, and the processes that do. */
import pLimit from "p-limit";
import { GRANTS_NAMESPACE, objectName } from "../src/provisioner/objects.ts";
import type { Access } from "../src/workflows/ports.ts";
import { startApart } from "./apart.ts";
import { type Ground, PROBED, whereOf } from "./ground.ts";
import { bindingsIn } from "./limit.ts";
import type { Probe, ProbePlan, Refusal } from "./probe-process.ts";
import type { LastRefusal, RefusalPlan, Watching } from "./refusal-process.ts";
import { NAMESPACE } from "./requests.ts";

type Named = Pick<Access, "id" | "end">;

const MINTED_AT_ONCE = 32;

/** Takes grants and which of them to watch; resolves with the first refusal of each of these. */
export async function probe(ground: Ground, chosen: readonly Named[]): Promise<readonly Refusal[]> {
  const tokens = await mintAll(ground, chosen);
  const probes = chosen.map((grant, i): Probe => ({ id: grant.id, end: grant.end, token: tokens[i] ?? "" }));
  if (Math.min(...chosen.map(({ end }) => end)) - 500 < Date.now()) throw new Error("the probes are late");
  const plan: ProbePlan = { ...whereOf(ground), path: PROBED, probes };
  const apart = startApart(ground.workbench.guardian, "probe-process.ts", plan);
  const refusals = await apart.hear<readonly Refusal[]>();
  apart.dismiss();
  return refusals;
}

/** Takes grants; resolves when each was seen to work and all are followed. What it returns resolves at their end. */
export async function watchAll(ground: Ground, grants: readonly Named[]): Promise<() => Promise<LastRefusal>> {
  const tokens = await mintAll(ground, grants);
  const plan: RefusalPlan = {
    bindings: { ...whereOf(ground), path: bindingsIn(NAMESPACE) },
    path: PROBED,
    tokens: Object.fromEntries(grants.map((grant, i) => [objectName(grant), tokens[i] ?? ""])),
  };
  const apart = startApart(ground.workbench.guardian, "refusal-process.ts", plan);
  await apart.hear<Watching>();
  const last = apart.hear<LastRefusal>().finally(() => apart.dismiss());
  last.catch(() => {});
  return () => last;
}

/**
 * Their tokens are of the admin's minting and bound to the account alone: a delivery as people get it would cost calls
 * that the limit has not, and ends by the same binding.
 */
async function mintAll({ asAdmin }: Ground, grants: readonly Named[]): Promise<readonly string[]> {
  const atOnce = pLimit(MINTED_AT_ONCE);
  const body = { spec: { audiences: [], expirationSeconds: 600 } };
  const mint = async (grant: Named) => {
    const path = `/api/v1/namespaces/${GRANTS_NAMESPACE}/serviceaccounts/${objectName(grant)}/token`;
    return (await asAdmin<{ status: { token: string } }>("POST", path, body)).status.token;
  };
  return Promise.all(grants.map((grant) => atOnce(() => mint(grant))));
}
