/** One fuzzing round: an input nobody would write, and that nothing but an expected answer comes of it. */
import { FileFaults } from "../../src/fault.ts";
import { compileCondition } from "../../src/policy/condition.ts";
import { examineCondition } from "../../src/policy/condition-faults.ts";
import { compilePattern } from "../../src/policy/patterns.ts";
import { understandPolicy } from "../../src/policy/read-policy.ts";
import { parseDuration } from "../../src/workflows/duration.ts";
import type { Question } from "../../src/workflows/ports.ts";
import { decodeText } from "../../src/yaml-file.ts";
import type { Random } from "../fakes/random.ts";
import { anyBytes, anyDuration, anyExpression, anyPattern, anyTree, mutatedPolicy } from "./fuzz-inputs.ts";

const KNOWN = { people: ["jo"], companies: ["acme"], profiles: ["logs"] };
const QUESTION: Question = {
  asker: { id: "jo", company: "acme", guest: true, email: "jo@acme.example" },
  target: {
    cluster: "prod",
    namespace: "payments",
    profile: "logs",
    clusterLabels: {},
    labels: { team: "aaaaaaaaaaaa!" },
  },
  seconds: 3600,
  tier: "low",
  now: { hour: 9, minute: 30, weekday: "mon", epoch: 1_800_000_000 },
};
/** One that backtracks would not come back from. */
const LONG = `${"a".repeat(200)}!`;

/** What one round came to: of which kind its input was, and whether that was accepted. */
export interface Round {
  readonly kind: "policy" | "condition" | "pattern" | "duration";
  readonly accepted: boolean;
}

/** Takes random numbers; plays one round. Throws where anything comes of it that nobody expects, with the input. */
export function playRound(random: Random): Round {
  const kind = random.below(20);
  if (kind < 1) return ofPolicy(anyBytes(random));
  if (kind < 2) return ofPolicy(anyTree(random));
  if (kind < 4) return ofPolicy(mutatedPolicy(random));
  if (kind < 12) return telling(anyExpression(random), ofCondition);
  if (kind < 16) return telling(anyPattern(random), ofPattern);
  return telling(anyDuration(random), ofDuration);
}

function telling(input: string, play: (input: string) => Round): Round {
  try {
    return play(input);
  } catch (cause) {
    throw new Error(`unexpected of ${JSON.stringify(input)}`, { cause });
  }
}

function ofPolicy(bytes: Buffer): Round {
  try {
    understandPolicy({ files: [{ file: "policy.yaml", text: decodeText("policy.yaml", bytes) }], hash: "" });
    return { kind: "policy", accepted: true };
  } catch (cause) {
    if (cause instanceof FileFaults && cause.faults.every(hasPlace)) return { kind: "policy", accepted: false };
    throw new Error(`unexpected of ${bytes.toString("base64")} (base64)`, { cause });
  }
}

function hasPlace({ file, line, column, message }: FileFaults["faults"][number]): boolean {
  return file === "policy.yaml" && line >= 1 && column >= 1 && message.length > 0;
}

function ofCondition(text: string): Round {
  const found = examineCondition(text, KNOWN);
  if ("faults" in found) return expected(found.faults.length > 0, { kind: "condition", accepted: false });
  const answer = compileCondition(text, found.parts)(QUESTION);
  return expected(answer === null || typeof answer === "boolean", { kind: "condition", accepted: true });
}

function ofPattern(text: string): Round {
  const pattern = compilePattern(text);
  if ("fault" in pattern) return expected(pattern.fault.length > 0, { kind: "pattern", accepted: false });
  const whole = pattern.matches(LONG);
  // What matches as a whole is found in it.
  return expected(!whole || pattern.test(LONG), { kind: "pattern", accepted: true });
}

function ofDuration(text: string): Round {
  const seconds = parseDuration(text);
  const isSound = seconds === null || (Number.isSafeInteger(seconds) && seconds >= 0);
  return expected(isSound, { kind: "duration", accepted: seconds !== null });
}

function expected(isSo: boolean, round: Round): Round {
  if (!isSo) throw new Error("the answer is none");
  return round;
}
