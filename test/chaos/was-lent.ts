import type { Grant } from "../../src/workflows/grant.ts";

/** Takes a grant's record, or null where there is none; returns whether it says that it was ever active. */
export function wasLent(grant: Grant | null): boolean {
  return grant !== null && (grant.state === "active" || (grant.state !== "making" && grant.activeAt !== null));
}
