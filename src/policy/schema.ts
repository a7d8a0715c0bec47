import { z } from "zod";
import { PolicyShape } from "../workflows/policy-schema.ts";
import { SETTING_WORDS } from "./setting-words.ts";

type Schema = Record<string, unknown>;

/**
 * Returns the policy's JSON Schema, for editors: of one file, so nothing but `version` is required of it, since the rest
 * may stand in another.
 */
export function policyJsonSchema(): Schema {
  const schema = z.toJSONSchema(PolicyShape, { io: "input" }) as Schema;
  describe(schema, "");
  return { ...schema, title: "Daypass policy", required: ["version"] };
}

/** Lists and maps of ids are no part of a setting's path: `rules.quorum`, `people.email`. */
function describe(schema: Schema, path: string): void {
  const words = SETTING_WORDS[path];
  if (words !== undefined) schema.description = words;
  for (const inner of [schema.items, schema.additionalProperties]) if (isSchema(inner)) describe(inner, path);
  if (Array.isArray(schema.anyOf)) for (const inner of schema.anyOf) describe(inner, path);
  if (!isSchema(schema.properties)) return;
  for (const [name, inner] of Object.entries(schema.properties)) {
    if (isSchema(inner)) describe(inner, path === "" ? name : `${path}.${name}`);
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
