/** I6 and I7: who approved a request and whether they might, and that it lends what was asked for and left, no more. */
import { Violation } from "../core/run-state.ts";
import type { Book, Written } from "./book.ts";
import { type Excuses, UNDER_WAY_MS } from "./excuses.ts";
import type { Choice, Memory, Wish } from "./heard.ts";
import type { People } from "./people.ts";

/** Where no call to Redis ever met a fault. */
const AT_ONCE_MS = 1_000;
/** The end is in whole seconds, and so is the time from which it is counted: each is rounded down. */
const CUT_TWICE_MS = 2_000;

export interface ApprovalParts {
  readonly book: Book;
  readonly people: People;
  readonly excuses: Excuses;
  readonly memory: Memory;
  /** By how much the time that Daypass goes by may be wrong. */
  readonly clockDoubtMs: () => number;
  /** Whether nothing has gone wrong so far, and nobody's hand was at work. */
  readonly isQuiet: () => boolean;
}

/** Of a row that says that something was approved. */
interface Detail {
  readonly end: number;
  readonly people: readonly string[];
  readonly lent: { readonly namespaces: readonly string[] };
}

/** Takes the parts and the row of an approval as it is written; throws the first violation. */
export function checkApproval(parts: ApprovalParts, { row, at }: Written): void {
  const wish = parts.memory.wishes.get(row.request);
  if (wish === undefined) throw new Violation("I6", `request ${row.request} was approved and never asked for`);
  const { end, people: deciders, lent } = row.detail as unknown as Detail;
  expectDeciders(parts, row, wish, deciders);
  const chosen = deciders.map((by) => chosenBy(parts, row.request, by));
  expectNoFurther(parts, row.request, wish, { lent: lent.namespaces, chosen });
  const lasts = end - Math.max(at, wish.startsAt ?? 0);
  expectNoLonger(parts, row.request, wish, { lasts, chosen });
}

function expectDeciders(parts: ApprovalParts, row: Written["row"], wish: Wish, deciders: readonly string[]): void {
  const { people, excuses } = parts;
  const underWayMs = excuses.until(["redis"]) === 0 ? AT_ONCE_MS : UNDER_WAY_MS;
  for (const by of deciders) {
    if (by === wish.asker) throw new Violation("I6", `${by} approved their own request ${row.request}`);
    // Who said yes earlier went by the policy of then.
    const sinceMs = by === row.by ? underWayMs : Number.POSITIVE_INFINITY;
    if (people.mightDecide(by, wish, sinceMs)) continue;
    const what = `${wish.profile} in ${wish.cluster}`;
    throw new Violation("I6", `${by}, who is no approver of ${what}, approved request ${row.request}`);
  }
  // Of those who said yes before somebody left nobody can be sure; whoever said the last one was there.
  const last = row.by ?? "nobody";
  if (people.inactiveMs(last) > UNDER_WAY_MS)
    throw new Violation("I6", `${last}, who left, approved request ${row.request}`);
  const needed = people.quorum(wish.profile);
  if (new Set(deciders).size < needed) {
    throw new Violation("I6", `request ${row.request} needs ${needed} people, and ${deciders.join(", ")} decided it`);
  }
}

/** What somebody chose for a request, at each click; whoever decided it must have clicked. */
function chosenBy({ memory }: ApprovalParts, request: string, by: string): readonly Choice[] {
  const chosen = (memory.choices.get(request) ?? []).filter((choice) => choice.by === by);
  if (chosen.length === 0) throw new Violation("I6", `${by} never clicked, and decided request ${request}`);
  return chosen;
}

/** By whoever decided it. */
type Chosen = readonly (readonly Choice[])[];

/** Nothing is lent that nobody asked for, or where somebody whose yes counts left it out; on a quiet day all else is. */
function expectNoFurther(
  { isQuiet }: ApprovalParts,
  request: string,
  wish: Wish,
  { lent, chosen }: { readonly lent: readonly string[]; readonly chosen: Chosen },
): void {
  const left = ({ less }: Choice) => less?.namespaces ?? wish.namespaces;
  for (const namespace of lent) {
    if (!wish.namespaces.includes(namespace))
      throw new Violation("I7", `request ${request} lends ${namespace}, and nobody asked for that`);
    const without = chosen.find((choices) => !choices.some((choice) => left(choice).includes(namespace)));
    if (without !== undefined)
      throw new Violation("I7", `request ${request} lends ${namespace}, and ${without[0]?.by} left that out`);
  }
  const missing = wish.namespaces.find(
    (namespace) => !lent.includes(namespace) && chosen.flat().every((choice) => left(choice).includes(namespace)),
  );
  if (missing !== undefined && isQuiet())
    throw new Violation("I0", `request ${request} asked for ${missing}, nobody left that out, and it is not lent`);
}

/** Nobody decides before they click, so what is under way for long only makes it shorter. */
function expectNoLonger(
  { people, clockDoubtMs, isQuiet }: ApprovalParts,
  request: string,
  wish: Wish,
  { lasts, chosen }: { readonly lasts: number; readonly chosen: Chosen },
): void {
  const secondsOf = ({ less }: Choice) => less?.durationSeconds ?? wish.seconds;
  const most = Math.min(
    people.mostSeconds(wish.profile),
    ...chosen.map((choices) => Math.max(...choices.map(secondsOf))),
  );
  if (lasts > most * 1000 + AT_ONCE_MS + clockDoubtMs())
    throw new Violation("I7", `request ${request} was approved for ${lasts / 1000} s, and not ${most} s`);
  const least = Math.min(most, ...chosen.flat().map(secondsOf));
  if (isQuiet() && lasts < least * 1000 - CUT_TWICE_MS)
    throw new Violation("I0", `request ${request} was approved for ${lasts / 1000} s, and ${least} s were asked for`);
}
