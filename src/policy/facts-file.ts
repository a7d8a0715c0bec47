/** What is to be assumed of clusters, namespaces and roles, as people write it: for golden cases, and for `explain`. */
import { z } from "zod";
import { FileFaults } from "../fault.ts";
import type { Policy } from "../workflows/policy.ts";
import { TIERS } from "../workflows/policy-schema.ts";
import { decodeText, issueFaults, MOST_BYTES } from "../yaml-file.ts";
import { parseYamlText } from "../yaml-text.ts";
import { parseMoment } from "./assumed.ts";
import { readBytes } from "./policy-files.ts";

const Labels = z.record(z.string(), z.string());

export const Moment = z.string().transform((text, context) => {
  const at = parseMoment(text);
  if (at !== null) return at;
  context.addIssue({ code: "custom", message: `"${text}" is no moment: write 2027-01-18T10:00Z` });
  return z.NEVER;
});

/** What a file of cases and a file of facts say alike. */
export const FACTS = {
  version: z.literal(1),
  at: Moment.optional(),
  clusterLabels: z.record(z.string(), Labels).default({}),
  namespaceLabels: z.record(z.string(), z.record(z.string(), Labels)).default({}),
  risk: z.record(z.string(), z.enum(TIERS)).default({}),
};

/** A file of cases will do: these are not looked at. */
const FactsFile = z.strictObject({ ...FACTS, cases: z.unknown().optional() });

/** What is assumed, and when, where that is said. */
export type Facts = Omit<z.infer<typeof FactsFile>, "version" | "cases">;

/** Takes the path of a file of facts and the policy they are for; returns them. Throws FileFaults. */
export async function readFacts(path: string, { profiles }: Policy): Promise<Facts> {
  const text = parseYamlText(path, decodeText(path, await readBytes(path, MOST_BYTES)));
  const parsed = FactsFile.safeParse(text.value);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => issueFaults(issue, text));
  const unknown = Object.keys(parsed.data?.risk ?? {}).filter((id) => !Object.hasOwn(profiles, id));
  const faults = [
    ...text.faults,
    ...issues,
    ...unknown.map((id) => text.fault(["risk", id], `risk: the policy has no profile "${id}"`, true)),
  ];
  if (!parsed.success || faults.length > 0) throw new FileFaults(faults);
  return parsed.data;
}
