import type { ApprovedRequest } from "../workflows/request.ts";
import type { GlassTold } from "./messages/review.ts";
import { grantsOf, type NotifierParts, namesNow } from "./notifier-parts.ts";

/** Takes a request and a channel; returns the name under which the message is kept that it broke glass. */
export function glassName(request: string, lane: string): string {
  return `brokeGlass-${request}-${lane}`;
}

/** Takes an approved request; returns what the messages about an emergency are made of, as the store has it now. */
export async function glassFacts(parts: NotifierParts, request: ApprovedRequest): Promise<GlassTold> {
  const grants = await grantsOf(parts, request);
  return { names: namesNow(parts), request, grants, now: parts.desk.clock.now() };
}
