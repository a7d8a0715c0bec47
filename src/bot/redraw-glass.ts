import type { ApprovedRequest, Request } from "../workflows/request.ts";
import { brokeGlass as tellings } from "../workflows/tellings.ts";
import { brokeGlass, type GlassTold } from "./messages/review.ts";
import { grantsOf, type NotifierParts, namesNow } from "./notifier-parts.ts";
import type { Poster } from "./poster.ts";

/** Takes a request and a channel; returns the name under which the message is kept that it broke glass. */
export function glassName(request: string, lane: string): string {
  return `brokeGlass-${request}-${lane}`;
}

/** Takes an approved request; returns what the messages about an emergency are made of, as the store has it now. */
export async function glassFacts(parts: NotifierParts, request: ApprovedRequest): Promise<GlassTold> {
  const grants = await grantsOf(parts, request);
  return { names: namesNow(parts), request, grants, now: parts.desk.clock.now() };
}

/** Takes a request; draws anew what was said of it in the channels of those whose yes was skipped. */
export async function redrawBrokeGlass(parts: NotifierParts, poster: Poster, request: Request): Promise<void> {
  if (request.leave !== "breakGlass" || request.state !== "approved") return;
  const shown = brokeGlass(await glassFacts(parts, request));
  for (const { lane } of tellings(request, namesNow(parts))) await poster.redraw(glassName(request.id, lane), shown);
}
