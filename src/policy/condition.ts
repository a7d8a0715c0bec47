/** One condition: compiled when the policy is read, evaluated in a bounded number of steps whenever it is asked. */
import { type CelInput, CelScalar, celEnv, celFunc, isCelError, isCelList, isCelMap, parse, plan } from "@bufbuild/cel";
import type { Question } from "../workflows/ports.ts";
import { type Expression, watchLoops } from "./condition-tree.ts";
import { compilePattern, type Pattern } from "./patterns.ts";

/** A condition that can be asked. Returns null where it cannot be evaluated. */
export type Condition = (question: Question) => boolean | null;

/** About 20 ms: an item looked at costs as many steps as the condition has parts, a text matched one for ten characters. */
const MOST_STEPS = 50_000;

/** What every evaluation counts with; one at a time, since none waits for anything. */
let steps = { left: 0, each: 1 };

class TooManySteps extends Error {
  override readonly name = "TooManySteps";
}

function takeSteps(count: number): void {
  steps.left -= count;
  if (steps.left < 0) throw new TooManySteps("too many steps");
}

const LOOP = "daypass_loop";
const patterns = new Map<string, Pattern | { readonly fault: string }>();

const environment = celEnv({
  // Patterns are texts written out (condition-faults.ts), so there are no more of them than policies had.
  re2: {
    compile: (text) => {
      const pattern = patterns.get(text) ?? compilePattern(text);
      patterns.set(text, pattern);
      if ("fault" in pattern) throw new Error(pattern.fault);
      return {
        test: (given) => {
          takeSteps(given.length / 10);
          return pattern.test(given);
        },
      };
    },
  },
  funcs: [
    celFunc(LOOP, [CelScalar.DYN], CelScalar.DYN, (items) => {
      if (isCelMap(items) || isCelList(items)) takeSteps(items.size * steps.each);
      return items as CelInput;
    }),
  ],
});

/** Takes an expression that was found without fault, and how many parts it has; returns it ready to be asked. */
export function compileCondition(text: string, parts: number): Condition {
  const { expr } = parse(text);
  watchLoops(expr, LOOP);
  const evaluate = plan(environment, expr);
  return (question) => {
    steps = { left: MOST_STEPS, each: parts };
    const value = evaluate(boundTo(question));
    return typeof value === "boolean" && steps.left >= 0 ? value : null;
  };
}

/** Takes one expression of a condition and a question; returns its value, or the words of the error. */
export function evaluatePart(expression: Expression, question: Question): { value: unknown } | { error: string } {
  steps = { left: MOST_STEPS, each: 1 };
  const value = plan(environment, expression)(bindingsOf(question));
  return isCelError(value) ? { error: value.message } : { value };
}

const bound = new WeakMap<Question, Record<string, CelInput>>();

/** Once for all conditions that are asked the same: that takes longer than most of them do. */
function boundTo(question: Question): Record<string, CelInput> {
  const bindings = bound.get(question) ?? bindingsOf(question);
  bound.set(question, bindings);
  return bindings;
}

/** Maps and not objects: nothing that every object answers to by itself is a field. Whole numbers are CEL's `int`. */
function bindingsOf({ asker, target, seconds, tier, now }: Question): Record<string, CelInput> {
  return {
    asker: new Map<string, CelInput>(Object.entries(asker)),
    target: new Map<string, CelInput>([
      ["cluster", target.cluster],
      ["namespace", target.namespace],
      ["profile", target.profile],
      ["clusterLabels", new Map(Object.entries(target.clusterLabels))],
      ["labels", new Map(Object.entries(target.labels))],
    ]),
    seconds: BigInt(Math.floor(seconds)),
    tier,
    now: new Map<string, CelInput>([
      ["hour", BigInt(now.hour)],
      ["minute", BigInt(now.minute)],
      ["weekday", now.weekday],
      ["epoch", BigInt(Math.floor(now.epoch))],
    ]),
  };
}
