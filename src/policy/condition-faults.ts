/** What is wrong with a condition, found when the policy is read: nobody should learn of it from a refusal. */
import { celType, parse } from "@bufbuild/cel";
import type { Question } from "../workflows/ports.ts";
import { evaluatePart } from "./condition.ts";
import { type KnownNames, unknownNames } from "./condition-names.ts";
import { type Bound, COMPARISONS, type Expression, type Part, partsOf, pathOf, textOf } from "./condition-tree.ts";
import { compilePattern } from "./patterns.ts";

/** As many as a thousand characters of comparisons have. */
const MOST_PARTS = 300;

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  asker: ["id", "company", "guest", "email"],
  target: ["cluster", "namespace", "profile", "clusterLabels", "labels"],
  seconds: [],
  tier: [],
  now: ["hour", "minute", "weekday", "epoch"],
};
const OPERATORS = new Set(["_&&_", "_||_", "!_", "_?_:_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in"]);
const ARITHMETIC = new Set(["_+_", "_-_", "_*_", "_/_", "_%_", "-_"]);
const FUNCTIONS = new Set(["size", "contains", "startsWith", "endsWith", "matches", "int", "string"]);
/** What the macros `all`, `exists`, `exists_one`, `filter` and `map` are written as by the parser. */
const OF_MACROS = new Set(["@not_strictly_false"]);

/**
 * Takes a condition's text and the names it may speak of; returns how many parts it has, or what is wrong, each with
 * the character where it stands, from 1.
 */
export function examineCondition(
  text: string,
  known: KnownNames,
): { readonly parts: number } | { readonly faults: readonly string[] } {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(text);
  } catch (cause) {
    return { faults: [saySyntax(cause)] };
  }
  const at = ({ id }: Expression) => (parsed.sourceInfo?.positions[String(id)] ?? 0) + 1;
  const parts = partsOf(parsed.expr);
  if (parts.length > MOST_PARTS) return { faults: [`has more than ${MOST_PARTS} parts: nobody reviews that`] };
  const whyUnknownName = unknownNames(known);
  const faults = parts.flatMap((part) => {
    const fault = faultOf(part) ?? whyUnknownName(part);
    return fault === null ? [] : [`${fault} (character ${at(part.expression)})`];
  });
  if (faults.length > 0) return { faults };
  const sample = sampleFor(parts);
  const wrongKind = parts.find((part) => part.bodies === 0 && isWrongKind(part.expression, sample));
  if (wrongKind !== undefined) {
    return { faults: [`compares or combines values of different kinds (character ${at(wrongKind.expression)})`] };
  }
  const whole = evaluatePart(parsed.expr, sample);
  if ("value" in whole && typeof whole.value !== "boolean") {
    return { faults: ["gives no yes or no: write a comparison, such as now.hour >= 8"] };
  }
  return { parts: parts.length };
}

function saySyntax(cause: unknown): string {
  const [, place = "", words = "it cannot be parsed"] =
    /^(?:syntax error: )?<input>:\d+:(\d+): (.*)$/s.exec(cause instanceof Error ? cause.message : "") ?? [];
  const short = words.length > 120 ? `${words.slice(0, 120)}…` : words;
  return place === "" ? `is no CEL expression: ${short}` : `is no CEL expression: ${short} (character ${place})`;
}

function faultOf({ expression, bodies, bound }: Part): string | null {
  const { exprKind } = expression;
  switch (exprKind.case) {
    case "identExpr":
      return Object.hasOwn(FIELDS, exprKind.value.name) || bound.has(exprKind.value.name)
        ? null
        : `there is no "${exprKind.value.name}": a condition sees ${Object.keys(FIELDS).join(", ")}`;
    case "selectExpr":
      return whyNoField(pathOf(expression), bound);
    case "callExpr":
      return exprKind.value.function === "_[_]"
        ? (whyNoField(pathOf(expression), bound) ?? whyReckoned(exprKind.value))
        : whyBadCall(exprKind.value);
    case "comprehensionExpr":
      return bodies > 0 ? "a macro (all, exists, map, …) cannot stand inside another" : null;
    case "structExpr":
      return "a condition builds no maps or messages";
    default:
      return null;
  }
}

function whyNoField(path: readonly string[] | null, bound: Bound): string | null {
  const [name = "", field = "", ...more] = path ?? [];
  if (path === null || bound.has(name) || !Object.hasOwn(FIELDS, name)) return null;
  const fields = FIELDS[name] ?? [];
  if (fields.length === 0) return `${name} has no fields`;
  if (!fields.includes(field)) return `there is no ${name}.${field}: ${name} has ${fields.join(", ")}`;
  const isMap = name === "target" && (field === "labels" || field === "clusterLabels");
  return more.length > (isMap ? 1 : 0) ? `${path.slice(0, isMap ? 3 : 2).join(".")} has no fields` : null;
}

/** Which field `asker[tier]` means is not known before it is asked. */
function whyReckoned({ args }: Call): string | null {
  const [operand, key] = args;
  const [name = "", ...more] = operand === undefined ? [] : (pathOf(operand) ?? []);
  const isRecord = more.length === 0 && (FIELDS[name]?.length ?? 0) > 0;
  return isRecord && (key === undefined || textOf(key) === null) ? `write out which field of ${name} is meant` : null;
}

type Call = Extract<Expression["exprKind"], { case: "callExpr" }>["value"];

function whyBadCall(call: Call): string | null {
  const name = call.function;
  if (name === "matches") return whyBadPattern(call);
  if (OPERATORS.has(name) || ARITHMETIC.has(name) || FUNCTIONS.has(name) || OF_MACROS.has(name)) return null;
  return `there is no function ${name}: use ${[...FUNCTIONS].join(", ")}, or the macros has, all, exists, exists_one, filter, map`;
}

function whyBadPattern({ args, target }: Call): string | null {
  const given = args.at(-1);
  const pattern = given === undefined || (target === undefined && args.length < 2) ? null : textOf(given);
  if (pattern === null) return 'write the pattern of matches out, as in asker.email.matches("@acme[.]example$")';
  const compiled = compilePattern(pattern);
  return "fault" in compiled ? compiled.fault : null;
}

/** Every text of the condition is a label of the sample, so that all that asks for labels is evaluated too. */
function sampleFor(parts: readonly Part[]): Question {
  const texts = parts.flatMap(({ expression }) => {
    const field = expression.exprKind.case === "selectExpr" ? expression.exprKind.value.field : null;
    return [textOf(expression), field].filter((text) => text !== null);
  });
  const labels = Object.fromEntries(texts.map((text) => [text, "payments"]));
  return {
    asker: { id: "jo", company: "acme", guest: true, email: "jo@acme.example" },
    target: { cluster: "prod", namespace: "payments", profile: "logs", clusterLabels: labels, labels },
    seconds: 3600,
    tier: "low",
    now: { hour: 9, minute: 30, weekday: "mon", epoch: 1_800_000_000 },
  };
}

/** The library compares values of different kinds and says no: a number is never a text, so neither is meant. */
function isWrongKind(expression: Expression, sample: Question): boolean {
  const result = evaluatePart(expression, sample);
  if ("error" in result && /no matching overload|unsupported|type mismatch/.test(result.error)) return true;
  const { exprKind } = expression;
  if (exprKind.case !== "callExpr" || !COMPARISONS.has(exprKind.value.function)) return false;
  const [left, right] = exprKind.value.args.map((arg) => evaluatePart(arg, sample));
  if (left === undefined || right === undefined || "error" in left || "error" in right) return false;
  if (exprKind.value.function !== "@in") return kindOf(left.value) !== kindOf(right.value);
  const items = right.value as Iterable<unknown>;
  const all = "keys" in items ? [] : [...items];
  return all.length > 0 && all.every((item) => kindOf(item) !== kindOf(left.value));
}

function kindOf(value: unknown): string {
  const { name } = celType(value as Parameters<typeof celType>[0]);
  return name === "uint" || name === "double" ? "int" : name;
}
