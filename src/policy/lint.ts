import { type Fault, FileFaults, sayFault, showFault } from "../fault.ts";
import type { Millis } from "../workflows/person.ts";
import { clusterFaults, clustersLent } from "../workflows/policy-faults-clusters.ts";
import { idleFaults } from "../workflows/policy-faults-idle.ts";
import { tierFaults } from "../workflows/policy-faults-tiers.ts";
import { checkConditions } from "./conditions.ts";
import { type ReadPolicy, readPolicy } from "./read-policy.ts";

export const LINT_FORMATS = ["text", "json", "github", "sarif"] as const;
/** How faults are written: for people, for programs, as GitHub's annotations, or as SARIF 2.1.0. */
export type LintFormat = (typeof LINT_FORMATS)[number];

/** What is wrong with a policy, and whether that keeps it from being in force. */
export interface Linted {
  readonly faults: readonly Fault[];
  readonly stops: boolean;
}

/**
 * Takes a policy's path and the time; returns every fault of it. Where none keeps it from being in force, these are what
 * time makes, what nobody could use, and what is hardly meant.
 */
export async function lintPolicy(path: string, now: Millis): Promise<Linted> {
  try {
    const read = await readPolicy(path);
    const { faults: conditions } = checkConditions(read.policy, clustersLent(read.policy));
    const idle = [...idleFaults(read.policy, now), ...clusterFaults(read.policy), ...tierFaults(read.policy)];
    const told = [...idle, ...conditions].map(({ path, message }) => read.fault(path, message));
    return { faults: new FileFaults([...contractsOver(read, now), ...told]).faults, stops: false };
  } catch (fault) {
    if (fault instanceof FileFaults) return { faults: fault.faults, stops: true };
    throw fault;
  }
}

/** Not said when a policy is put in force: what time makes old must not stop a running system. */
function contractsOver({ policy, fault }: ReadPolicy, now: Millis): readonly Fault[] {
  return (["companies", "people"] as const).flatMap((section) =>
    Object.entries(policy[section]).flatMap(([id, { contractEnd }]) => {
      if (contractEnd === undefined || contractEnd > now) return [];
      const path = [section, id, "contractEnd"];
      return fault(path, `this contract is over: write its new last day, or remove ${id}`);
    }),
  );
}

/** Takes what lint found; returns it as lines in that format. */
export function sayFaults({ faults, stops }: Linted, format: LintFormat): string {
  switch (format) {
    case "text":
      return [...faults.map(sayFault), countFaults(faults.length)].join("\n");
    case "json":
      return JSON.stringify({ faults: faults.map(showFault) }, null, 2);
    case "github":
      return [...faults.map(sayForGitHub), countFaults(faults.length)].join("\n");
    case "sarif":
      return JSON.stringify(sayAsSarif({ faults, stops }), null, 2);
  }
}

function countFaults(count: number): string {
  return count === 1 ? "1 fault" : `${count} faults`;
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
function sayForGitHub(fault: Fault): string {
  const { file, line, column, message } = showFault(fault);
  return `::error file=${escapeProperty(file)},line=${line},col=${column}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

const STOPS = { id: "policy-fault", shortDescription: { text: "The policy cannot be put in force as it is." } };
const STOPS_NOTHING = {
  id: "lint-fault",
  shortDescription: { text: "The policy can be in force, but something in it is over, of no use or hardly meant." },
};

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
function sayAsSarif({ faults, stops }: Linted): unknown {
  const results = faults.map((fault) => ({
    ruleId: (stops ? STOPS : STOPS_NOTHING).id,
    level: "error",
    message: { text: showFault(fault).message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: fault.file.split(/[\\/]/).map(encodeURIComponent).join("/") },
          region: { startLine: fault.line, startColumn: fault.column },
        },
      },
    ],
  }));
  const driver = { name: "daypass policy lint", rules: [STOPS, STOPS_NOTHING] };
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  };
}
