/** What may stand on either side of a comparison, told without evaluating it. */
import { type Bound, boundWithin, COMPARISONS, type Expression, type Part, pathOf, textOf } from "./condition-tree.ts";

/** A text that is written out, a field by its path, a list, or null for what nobody can tell. */
export type Value = string | { readonly field: string } | List | null;

/** What each of its items may be; where their order is not known, all of them as one. */
interface List {
  readonly items: readonly Values[];
  readonly inOrder: boolean;
}
export type Values = ReadonlySet<Value>;

/** What one side of a comparison may be, and all that it is compared with. */
export interface Compared {
  readonly values: Values;
  readonly against: Values;
}

/**
 * Returns what tells of a comparison (`==`, `!=`, `in`) of one condition what each side of it may be and is compared with:
 * through `?:`, lists, and the names that macros give to their items. What functions make of a text is not told.
 */
export function comparing(): (part: Part) => readonly Compared[] {
  const valuesOf = rememberingValues();
  return ({ expression: { exprKind }, bound }) => {
    if (exprKind.case !== "callExpr" || !COMPARISONS.has(exprKind.value.function)) return [];
    const [left, right] = exprKind.value.args.map((arg) => valuesOf(arg, bound));
    if (left === undefined || right === undefined) return [];
    const other = exprKind.value.function === "@in" ? itemsOf(right) : right;
    return [...compare(left, other, new Set()), ...compare(other, left, new Set())];
  };
}

/** Each list is looked into once: lists in lists, by the names of macros, would be without end. */
function compare(values: Values, against: Values, seen: Set<List>): readonly Compared[] {
  const lists = [...against].filter(isList);
  const inLists = [...values].flatMap((value) => {
    if (!isList(value) || against.has(null) || seen.has(value)) return [];
    seen.add(value);
    return compareLists(value, lists, seen);
  });
  return [{ values, against }, ...inLists];
}

function compareLists(list: List, others: readonly List[], seen: Set<List>): readonly Compared[] {
  if (!list.inOrder || others.some(({ inOrder }) => !inOrder)) {
    return compare(together(list.items), together(others.flatMap(({ items }) => items)), seen);
  }
  const alike = others.filter(({ items }) => items.length === list.items.length);
  return list.items.flatMap((item, i) => compare(item, together(alike.flatMap(({ items }) => items[i] ?? [])), seen));
}

/** An expression has the same values wherever it is used, so that none is looked at twice, however they are nested. */
function rememberingValues(): (expression: Expression, bound: Bound) => Values {
  const known = new Map<Expression, Values>();
  const fields = new Map<string, Values>();
  const fieldAt = (field: string) => {
    const values = fields.get(field) ?? new Set([{ field }]);
    fields.set(field, values);
    return values;
  };
  const valuesOf = (expression: Expression, bound: Bound): Values => {
    const values = known.get(expression) ?? look(expression, bound);
    known.set(expression, values);
    return values;
  };
  const look = (expression: Expression, bound: Bound): Values => {
    const text = textOf(expression);
    if (text !== null) return new Set([text]);
    const [name = "", ...more] = pathOf(expression) ?? [];
    const binding = bound.get(name);
    if (name !== "" && binding === undefined) return fieldAt([name, ...more].join("."));
    if (binding === undefined) return lookInside(expression, bound, valuesOf);
    if (binding.expression === undefined || more.length > 0) return UNKNOWN;
    const values = valuesOf(binding.expression, binding.bound);
    return binding.isItem ? itemsOf(values) : values;
  };
  return valuesOf;
}

function lookInside(
  { exprKind }: Expression,
  bound: Bound,
  valuesOf: (expression: Expression, bound: Bound) => Values,
): Values {
  if (exprKind.case === "listExpr") {
    const items = exprKind.value.elements.map((item) => valuesOf(item, bound));
    return new Set([{ items, inOrder: true }]);
  }
  if (exprKind.case === "comprehensionExpr") {
    const { accuInit, loopStep } = exprKind.value;
    const within = boundWithin(exprKind.value, bound);
    return together([
      accuInit === undefined ? UNKNOWN : valuesOf(accuInit, within),
      loopStep === undefined ? UNKNOWN : valuesOf(loopStep, within),
    ]);
  }
  if (exprKind.case !== "callExpr") return UNKNOWN;
  const [first = UNKNOWN, ...others] = exprKind.value.args.map((arg) => valuesOf(arg, bound));
  switch (exprKind.value.function) {
    case "_?_:_":
      return together(others);
    case "_[_]":
      return itemsOf(first, placeOf(exprKind.value.args[1]));
    case "_+_":
      return joined(together([first, ...others]));
    default:
      return UNKNOWN;
  }
}

const UNKNOWN: Values = new Set([null]);

/** Texts and numbers are joined by the same sign as lists are. */
function joined(values: Values): Values {
  return [...values].every(isList) ? new Set([{ items: [itemsOf(values)], inOrder: false }]) : UNKNOWN;
}

/** All that stands in these; at one place alone, where that is told and the order known. */
function itemsOf(values: Values, place: number | null = null): Values {
  return together(
    [...values].flatMap((value) => {
      if (!isList(value)) return [UNKNOWN];
      return place === null || !value.inOrder ? value.items : (value.items[place] ?? []);
    }),
  );
}

/** A list's place, from 0, where it is written out. */
function placeOf(key: Expression | undefined): number | null {
  if (key?.exprKind.case !== "constExpr") return null;
  const { constantKind } = key.exprKind.value;
  return constantKind.case === "int64Value" ? Number(constantKind.value) : null;
}

function together(all: readonly Values[]): Values {
  return new Set(all.flatMap((values) => [...values]));
}

function isList(value: Value): value is List {
  return typeof value === "object" && value !== null && "items" in value;
}
