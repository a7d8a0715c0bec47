import type { InputBlock } from "@slack/types";
import { sayDuration } from "../../workflows/duration.ts";
import type { OfferedPass } from "../../workflows/wish.ts";
import { field, menu, multiMenu, option, textInput } from "../blocks.ts";
import { type Filled, USUAL_SECONDS } from "../filled-form.ts";
import { FIELDS, OTHER_DURATION } from "../names.ts";
import type { Chosen, FormFacts } from "./form-facts.ts";

/** Slack: no menu holds more. */
const MOST_OPTIONS = 100;

/** Slack keeps what was entered by block id; with the cluster in it, another cluster's choices start empty. */
function blockFor(name: string, { offer, cluster }: Chosen): string {
  return new Set(offer.map((pass) => pass.cluster)).size > 1 ? `${name}:${cluster}` : name;
}

/** Takes what is filled in and chosen; returns the field with what is open now, null where nothing is known of the cluster. */
export function namespaceField(filled: Filled, chosen: Chosen): InputBlock | null {
  const open = [...new Set(chosen.inCluster.flatMap((pass) => pass.namespaces))].toSorted();
  if (open.length === 0) return null;
  const shown = shownFirst(open, filled.namespaces);
  const only = open.length === 1 ? open : [];
  return field({
    block: blockFor(FIELDS.namespaces, chosen),
    label: "Namespaces",
    tells: true,
    ...(open.length > shown.length ? { hint: `${shown.length} of ${open.length} are listed.` } : {}),
    element: multiMenu(
      FIELDS.namespaces,
      shown.map((name) => option(name, name)),
      [...filled.namespaces, ...only],
      "Choose one or more",
    ),
  });
}

/** What is chosen stays among those that are listed. */
function shownFirst(open: readonly string[], chosen: readonly string[]): readonly string[] {
  if (open.length <= MOST_OPTIONS) return open;
  const kept = open.filter((name) => chosen.includes(name));
  return [...kept, ...open.filter((name) => !kept.includes(name))].slice(0, MOST_OPTIONS).toSorted();
}

/** Takes what is chosen; returns the menu of profiles by their words, each with a line of what it can do. */
export function profileField(chosen: Chosen): InputBlock {
  const first = new Map(chosen.inCluster.map((pass) => [pass.profile, pass]));
  const options = [...first.values()].map((pass) => option(pass.profile, pass.words, `Can ${pass.can}`));
  return field({
    block: blockFor(FIELDS.profile, chosen),
    label: "What for",
    tells: true,
    element: menu(FIELDS.profile, options, chosen.profile, "Choose what you will do"),
  });
}

/** Takes the facts and what is chosen; returns the menu of durations, and the field behind Other. */
export function durationFields(facts: FormFacts, chosen: Chosen): readonly InputBlock[] {
  const { filled } = facts;
  const most = mostSeconds(facts, chosen);
  const usual = USUAL_SECONDS.filter((seconds) => seconds <= most);
  const seconds = usual.length > 0 || most < 1 ? usual : [most];
  const options = [...seconds.map((one) => option(String(one), sayDuration(one))), option(OTHER_DURATION, "Other")];
  const menuField = field({
    block: `${FIELDS.duration}:${most}`,
    label: "How long",
    tells: true,
    element: menu(FIELDS.duration, options, filled.duration, "Choose how long"),
  });
  if (filled.duration !== OTHER_DURATION) return [menuField];
  return [
    menuField,
    field({
      block: FIELDS.otherDuration,
      label: "How long exactly",
      hint: `At most ${sayDuration(most)}.`,
      element: textInput(FIELDS.otherDuration, 20, "45m, 2h or 1h30m", filled.otherDuration, false),
    }),
  ];
}

/** Takes the facts and what is chosen; returns the cap in seconds, as far as it is known now. */
export function mostSeconds({ contractEnd, now }: FormFacts, { offer, fitting }: Chosen): number {
  const passes: readonly OfferedPass[] = fitting.length > 0 ? fitting : offer;
  const byPolicy = Math.max(...passes.map((pass) => pass.maxDurationSeconds));
  return contractEnd === null ? byPolicy : Math.min(byPolicy, Math.floor((contractEnd - now) / 1000));
}
