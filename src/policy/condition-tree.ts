/** A condition as a tree: what stands in it, without evaluating it. */
import { parse } from "@bufbuild/cel";

/** One expression of a condition, with the expressions in it. */
export type Expression = ReturnType<typeof parse>["expr"];
type Comprehension = Extract<Expression["exprKind"], { case: "comprehensionExpr" }>["value"];

/** What `==`, `!=` and `in` are written as by the parser. */
export const COMPARISONS: ReadonlySet<string> = new Set(["_==_", "_!=_", "@in"]);

/** One expression, and whether it stands in the body of a macro such as `exists`, and in how many. */
export interface Part {
  readonly expression: Expression;
  readonly bodies: number;
  readonly bound: Bound;
}

/** What the macros around an expression give a name to, by that name. */
export type Bound = ReadonlyMap<string, Binding>;

interface Binding {
  readonly expression: Expression | undefined;
  /** Whether the name is of each item of the expression, and not of the whole. */
  readonly isItem: boolean;
  /** What has a name where the expression stands. */
  readonly bound: Bound;
}

/** Takes an expression; returns it and all in it, the outermost first. */
export function partsOf(expression: Expression, bodies = 0, bound: Bound = new Map()): readonly Part[] {
  const { exprKind } = expression;
  const here: Part = { expression, bodies, bound };
  if (exprKind.case !== "comprehensionExpr") {
    return [here, ...childrenOf(expression).flatMap((child) => partsOf(child, bodies, bound))];
  }
  const { iterRange } = exprKind.value;
  const within = boundWithin(exprKind.value, bound);
  return [
    here,
    ...(iterRange === undefined ? [] : partsOf(iterRange, bodies, bound)),
    ...bodyOf(exprKind.value).flatMap((child) => partsOf(child, bodies + 1, within)),
  ];
}

/** Takes a macro and what has a name around it; returns what has one in its body: its item, and what it gathers. */
export function boundWithin({ iterRange, iterVar, accuInit, accuVar }: Comprehension, bound: Bound): Bound {
  return new Map([
    ...bound,
    [iterVar, { expression: iterRange, isItem: true, bound }],
    [accuVar, { expression: accuInit, isItem: false, bound }],
  ]);
}

function bodyOf({ accuInit, loopCondition, loopStep, result }: Comprehension): readonly Expression[] {
  return [accuInit, loopCondition, loopStep, result].filter((child) => child !== undefined);
}

function childrenOf({ exprKind }: Expression): readonly Expression[] {
  switch (exprKind.case) {
    case "callExpr":
      return exprKind.value.target === undefined
        ? exprKind.value.args
        : [exprKind.value.target, ...exprKind.value.args];
    case "selectExpr":
      return exprKind.value.operand === undefined ? [] : [exprKind.value.operand];
    case "listExpr":
      return exprKind.value.elements;
    case "structExpr":
      return exprKind.value.entries.flatMap(({ keyKind, value }) =>
        [keyKind.case === "mapKey" ? keyKind.value : undefined, value].filter((child) => child !== undefined),
      );
    default:
      return [];
  }
}

/**
 * Takes an expression such as `target.labels.team` or `target.labels["team"]`; returns the names in it, or null where it
 * is none of this kind.
 */
export function pathOf({ exprKind }: Expression): readonly string[] | null {
  if (exprKind.case === "identExpr") return [exprKind.value.name];
  if (exprKind.case === "selectExpr") return pathBelow(exprKind.value.operand, exprKind.value.field);
  if (exprKind.case !== "callExpr" || exprKind.value.function !== "_[_]") return null;
  const [operand, key] = exprKind.value.args;
  return pathBelow(operand, key === undefined ? null : textOf(key));
}

function pathBelow(operand: Expression | undefined, field: string | null): readonly string[] | null {
  const before = operand === undefined || field === null ? null : pathOf(operand);
  return before === null || field === null ? null : [...before, field];
}

/** Takes an expression; returns the text that it is, or null where it is no text written out. */
export function textOf({ exprKind }: Expression): string | null {
  if (exprKind.case !== "constExpr" || exprKind.value.constantKind.case !== "stringValue") return null;
  return exprKind.value.constantKind.value;
}

/**
 * Takes an expression and a function's name; puts that function around each list or map that a macro goes through, so
 * that it hears of each before its items are looked at.
 */
export function watchLoops(expression: Expression, name: string): void {
  for (const { expression: part } of partsOf(expression)) {
    if (part.exprKind.case !== "comprehensionExpr") continue;
    const { value } = part.exprKind;
    const call = parse(`${name}(0)`).expr;
    if (value.iterRange === undefined || call.exprKind.case !== "callExpr") continue;
    call.exprKind.value.args = [value.iterRange];
    value.iterRange = call;
  }
}
