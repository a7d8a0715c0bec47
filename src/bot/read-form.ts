import type { ViewOutput } from "@slack/bolt";
import type { Millis } from "../workflows/person.ts";
import type { Refusal } from "../workflows/refusal.ts";
import { clean } from "./escape.ts";
import type { Filled } from "./filled-form.ts";
import { BREAK_GLASS, FIELDS, LESS } from "./names.ts";

const MOST_WHY = 500;

/** Takes a sent form and the name of its field for a reason; returns what was typed, cleaned, or null for nothing. */
export function readWhy({ state }: ViewOutput, field: string): string | null {
  const typed = clean(state.values[field]?.[field]?.value ?? "", MOST_WHY);
  return typed === "" ? null : typed;
}

type Values = ViewOutput["state"]["values"];
type Field = NonNullable<Refusal["field"]> | "glass";

export interface ReadForm {
  readonly filled: Filled;
  /** By field: the block that an error must name. */
  readonly blocks: Readonly<Record<Field, string>>;
}

/** Finds fields by their name, whatever the block that they stand in is called. */
function fieldsOf(values: Values) {
  const find = (action: string) => {
    for (const [block, fields] of Object.entries(values)) {
      const held = fields[action];
      if (held !== undefined) return { block, held };
    }
    return null;
  };
  return {
    block: (action: string) => find(action)?.block,
    choice: (action: string) => find(action)?.held.selected_option?.value ?? null,
    choices: (action: string) => (find(action)?.held.selected_options ?? []).map((one) => one.value),
    typed: (action: string) => find(action)?.held.value ?? null,
    moment: (action: string): Millis | null => {
      const seconds = find(action)?.held.selected_date_time ?? null;
      return seconds === null ? null : seconds * 1000;
    },
  };
}

/** Takes the state that Slack sends; returns what is filled in. Blocks change their ids, fields never. */
export function readForm(values: Values): ReadForm {
  const { block, choice, choices, typed, moment } = fieldsOf(values);
  const reason = block(FIELDS.reason) ?? "reason";
  const or = (action: string) => block(action) ?? reason;
  return {
    filled: {
      cluster: choice(FIELDS.cluster),
      namespaces: choices(FIELDS.namespaces),
      profile: choice(FIELDS.profile),
      duration: choice(FIELDS.duration),
      otherDuration: typed(FIELDS.otherDuration),
      ticket: typed(FIELDS.ticket),
      reason: typed(FIELDS.reason),
      startsAt: moment(FIELDS.start),
      glass: choices(FIELDS.glass).includes(BREAK_GLASS),
    },
    blocks: {
      cluster: or(FIELDS.cluster),
      namespaces: or(FIELDS.namespaces),
      profile: or(FIELDS.profile),
      duration: block(FIELDS.otherDuration) ?? or(FIELDS.duration),
      ticket: or(FIELDS.ticket),
      start: or(FIELDS.start),
      glass: or(FIELDS.glass),
      reason,
    },
  };
}

/** What an approver left in the form for less. */
export interface ReadLess {
  /** Whole seconds; null where nothing was chosen. */
  readonly durationSeconds: number | null;
  readonly namespaces: readonly string[];
  readonly startsAt: Millis | null;
}

/** Takes the state that Slack sends of the form for less; returns what is left in it. */
export function readLess(values: Values): ReadLess {
  const { choice, choices, moment } = fieldsOf(values);
  const seconds = choice(LESS.duration);
  return {
    durationSeconds: seconds === null ? null : Number(seconds),
    namespaces: choices(LESS.namespaces),
    startsAt: moment(LESS.start),
  };
}
