import type { ViewOutput } from "@slack/bolt";
import type { Refusal } from "../workflows/refusal.ts";
import { clean } from "./escape.ts";
import type { Filled } from "./filled-form.ts";
import { FIELDS } from "./names.ts";

const MOST_WHY = 500;

/** Takes a sent form and the name of its field for a reason; returns what was typed, cleaned, or null for nothing. */
export function readWhy({ state }: ViewOutput, field: string): string | null {
  const typed = clean(state.values[field]?.[field]?.value ?? "", MOST_WHY);
  return typed === "" ? null : typed;
}

type Field = NonNullable<Refusal["field"]>;

export interface ReadForm {
  readonly filled: Filled;
  /** By field: the block that an error must name. */
  readonly blocks: Readonly<Record<Field, string>>;
}

/** Takes the state that Slack sends; returns what is filled in. Blocks change their ids, fields never. */
export function readForm(values: ViewOutput["state"]["values"]): ReadForm {
  const find = (action: string) => {
    for (const [block, fields] of Object.entries(values)) {
      const held = fields[action];
      if (held !== undefined) return { block, held };
    }
    return null;
  };
  const choice = (action: string) => find(action)?.held.selected_option?.value ?? null;
  const typed = (action: string) => find(action)?.held.value ?? null;
  const block = (action: string) => find(action)?.block;
  const reason = block(FIELDS.reason) ?? "reason";
  return {
    filled: {
      cluster: choice(FIELDS.cluster),
      namespaces: (find(FIELDS.namespaces)?.held.selected_options ?? []).map((one) => one.value),
      profile: choice(FIELDS.profile),
      duration: choice(FIELDS.duration),
      otherDuration: typed(FIELDS.otherDuration),
      reason: typed(FIELDS.reason),
    },
    blocks: {
      cluster: block(FIELDS.cluster) ?? reason,
      namespaces: block(FIELDS.namespaces) ?? reason,
      profile: block(FIELDS.profile) ?? reason,
      duration: block(FIELDS.otherDuration) ?? block(FIELDS.duration) ?? reason,
      reason,
    },
  };
}
