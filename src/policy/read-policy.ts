import type { z } from "zod";
import { type Fault, FileFaults, sayPath } from "../fault.ts";
import { policyFaults } from "../workflows/policy-faults.ts";
import { countFaults } from "../workflows/policy-faults-counts.ts";
import { PolicyShape } from "../workflows/policy-schema.ts";
import type { PolicyInForce } from "../workflows/ports.ts";
import { issueFaults } from "../yaml-file.ts";
import { parseYamlText, type YamlText } from "../yaml-text.ts";
import { type Checked, checkConditions, compileConditions } from "./conditions.ts";
import { mendPolicy } from "./mended.ts";
import { type PolicyFile, type PolicyFiles, readPolicyFiles } from "./policy-files.ts";
import { type PutTogether, putTogether } from "./put-together.ts";

/** A policy that was read, and where in its files everything stands. */
export interface ReadPolicy extends PolicyInForce {
  /** Takes a path in the policy and words; returns them as a fault where that stands. */
  fault(path: readonly PropertyKey[], message: string): Fault;
}

/** A policy that was judged and found without fault, but whose conditions are not compiled yet: plain data. */
export type JudgedPolicy = Omit<ReadPolicy, "conditions"> & { readonly checked: readonly Checked[] };

/** Takes the path of a file or folder; returns the policy in it. Throws FileFaults with all that is wrong. */
export async function readPolicy(path: string): Promise<ReadPolicy> {
  return understandPolicy(await readPolicyFiles(path));
}

/** Takes a policy's files; returns the policy. Throws FileFaults with all that is wrong with any of them. */
export function understandPolicy(files: PolicyFiles): ReadPolicy {
  const { checked, ...judged } = judgePolicy(files);
  return { ...judged, conditions: compileConditions(checked, judged.policy) };
}

/** Takes a policy's files; returns the policy as it is judged. Throws FileFaults with all that is wrong with them. */
export function judgePolicy({ files, hash }: PolicyFiles): JudgedPolicy {
  const { texts, faults } = parseAll(files);
  const [first, ...others] = texts;
  // Of what one file names, another that cannot be read may hold the rest.
  if (first === undefined || texts.length < files.length) throw new FileFaults(faults);
  const together = putTogether([first, ...others]);
  const found = understand(together);
  // A name that must not stand there needs no second fault for being unknown.
  const places = new Set(faults.map(placeOf));
  const all = [...faults, ...together.faults, ...found.faults.filter((fault) => !places.has(placeOf(fault)))];
  if (found.policy === null || all.length > 0) throw new FileFaults(all);
  const { checked, policy } = found;
  return { policy, hash, checked, fault: (path, message) => faultAt(together, path, message) };
}

function placeOf({ file, line, column }: Fault): string {
  return `${file}:${line}:${column}`;
}

function parseAll(files: readonly PolicyFile[]): { readonly texts: YamlText[]; readonly faults: Fault[] } {
  const texts: YamlText[] = [];
  const faults: Fault[] = [];
  for (const { file, text } of files) {
    try {
      const parsed = parseYamlText(file, text);
      texts.push(parsed);
      for (const fault of parsed.faults) faults.push(fault);
    } catch (cause) {
      if (!(cause instanceof FileFaults)) throw cause;
      for (const fault of cause.faults) faults.push(fault);
    }
  }
  return { texts, faults };
}

type Understood =
  | {
      readonly policy: PolicyShape;
      readonly checked: readonly Checked[];
      readonly faults: readonly Fault[];
    }
  | { readonly policy: null; readonly faults: readonly Fault[] };

function understand(together: PutTogether): Understood {
  const counts = countFaults(together.value);
  if (counts.length > 0) {
    return { policy: null, faults: counts.map(({ path, message }) => faultAt(together, path, message)) };
  }
  const parsed = PolicyShape.safeParse(together.value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const faults = issues.flatMap(oneKeyEach).flatMap((issue) => shapeFaults(together, issue));
    return { policy: null, faults: [...faults, ...hidden(together, issues)] };
  }
  const { checked, faults } = examine(parsed.data);
  return {
    policy: parsed.data,
    checked,
    faults: faults.map(({ path, message }) => faultAt(together, path, message)),
  };
}

/** Settings that nobody knows may each stand in another file. */
function oneKeyEach(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
}

function shapeFaults(together: PutTogether, issue: z.core.$ZodIssue): readonly Fault[] {
  const unknown = issue.code === "unrecognized_keys" ? issue.keys : [];
  const { text, path } = together.locate([...issue.path, ...unknown]);
  return issueFaults({ ...issue, path: path.slice(0, path.length - unknown.length) }, text);
}

/** What points where, and what conditions say. */
function examine(policy: PolicyShape): ReturnType<typeof checkConditions> {
  const { checked, faults } = checkConditions(policy);
  return { checked, faults: [...policyFaults(policy), ...faults] };
}

/** What only shows once single values are something. */
function hidden(together: PutTogether, issues: readonly z.core.$ZodIssue[]): readonly Fault[] {
  const mended = mendPolicy(together.value, issues);
  const parsed = PolicyShape.safeParse(mended?.value);
  if (mended === null || !parsed.success) return [];
  return examine(parsed.data).faults.flatMap(({ path, message }) => {
    const given = mended.asGiven(path);
    return given === null ? [] : [faultAt(together, given, message)];
  });
}

function faultAt(together: PutTogether, path: readonly PropertyKey[], message: string): Fault {
  const place = together.locate(path);
  return place.text.fault(place.path, `${sayPath(place.path)}: ${message}`);
}
