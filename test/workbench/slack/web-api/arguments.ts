import { z } from "zod";
import { SlackError } from "../slack-error.ts";

/** Arguments as they arrive: strings of a form, or values of a JSON body. */
export type Arguments = Record<string, unknown>;

/** Parses a request body by its content type. */
export function parseBody(text: string, contentType: string): Arguments {
  if (contentType.includes("application/json")) {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text || "{}"));
    if (!parsed.success) throw new SlackError("invalid_json");
    return parsed.data;
  }
  return Object.fromEntries(new URLSearchParams(text));
}

/** A field that is JSON inside a form and a value inside a JSON body. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value, context) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: "custom", message: "not JSON" });
      return z.NEVER;
    }
  }, schema);
}

/** `true`, `1` and `"true"` alike. */
export const flag = z.preprocess((value) => value === true || value === "true" || value === "1", z.boolean());

/** Reads arguments by a schema; what does not fit is `invalid_arguments` with the reasons. */
export function readArguments<Schema extends z.ZodType>(schema: Schema, args: Arguments): z.infer<Schema> {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `[ERROR] ${issue.path.join(".")}: ${issue.message}`);
  throw new SlackError("invalid_arguments", reasons);
}
