import { z } from "zod";
import { SlackError } from "../slack-error.ts";

/** The arguments of every list method. */
export const paging = { limit: z.coerce.number().int().min(1).max(1000).optional(), cursor: z.string().optional() };

/** One page of a list with the cursor of the next. Small by default, so that an app that reads one page is found out. */
export function page(
  name: string,
  items: unknown[],
  asked: { limit?: number | undefined; cursor?: string | undefined },
) {
  const start = asked.cursor ? Number(Buffer.from(asked.cursor, "base64url").toString()) : 0;
  if (!Number.isInteger(start)) throw new SlackError("invalid_cursor");
  const end = start + (asked.limit ?? 100);
  const next = end < items.length ? Buffer.from(String(end)).toString("base64url") : "";
  return { [name]: items.slice(start, end), response_metadata: { next_cursor: next } };
}
