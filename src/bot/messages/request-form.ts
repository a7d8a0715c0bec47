import type { InputBlock, ModalView } from "@slack/types";
import { sayDuration } from "../../workflows/duration.ts";
import type { Grant } from "../../workflows/grant.ts";
import type { OfferedPass } from "../../workflows/judge.ts";
import type { Millis } from "../../workflows/person.ts";
import { field, menu, modal, option, textInput } from "../blocks.ts";
import { type Filled, USUAL_SECONDS } from "../filled-form.ts";
import { groupName, type Names, until } from "../messages.ts";
import { FIELDS, OTHER_DURATION, VIEWS } from "../names.ts";
import { lines, type Sentence } from "../sentences.ts";
import { utcDay } from "../time-words.ts";

/** More than judge.ts takes, so that its own sentence says what is too long and not a field that stops typing. */
const MOST_REASON = 1_000;

/** All that the form is made of. */
export interface FormFacts {
  readonly names: Names;
  /** All that this person may ask for; at least one. */
  readonly offer: readonly OfferedPass[];
  /** By cluster: the namespaces that are there now; a cluster that is not known yet is missing. */
  readonly present: ReadonlyMap<string, readonly string[]>;
  readonly filled: Filled;
  /** The grant that this would succeed; null for a first one. */
  readonly former: Pick<Grant, "id" | "end"> | null;
  readonly contractEnd: Millis | null;
  readonly now: Millis;
}

/** Takes the facts; returns the form, narrowed to what still fits together. */
export function requestForm(facts: FormFacts): ModalView {
  const clusters = distinct(facts.offer.map((pass) => pass.cluster));
  const cluster = keep(facts.filled.cluster, clusters);
  const inCluster = facts.offer.filter((pass) => pass.cluster === cluster);
  const profiles = distinct(inCluster.map((pass) => pass.profile));
  const profile = keep(facts.filled.profile, profiles);
  const fitting = inCluster.filter((pass) => profile === null || pass.profile === profile);
  const chosen = { cluster, profile, fitting };
  return modal({
    title: facts.former === null ? "Request access" : "Extend access",
    callback: VIEWS.request,
    submit: "Request",
    close: "Cancel",
    ...(facts.former === null ? {} : { metadata: facts.former.id }),
    blocks: [
      ...(facts.former === null ? [] : [lines(extensionLines(facts.former, facts.now))]),
      field({
        block: FIELDS.cluster,
        label: "Cluster",
        tells: true,
        element: menu(
          FIELDS.cluster,
          clusters.map((name) => option(name, name)),
          cluster,
          "Choose a cluster",
        ),
      }),
      ...(cluster === null ? [] : [namespaceField(facts, chosen), profileField(facts, inCluster, chosen)]),
      ...durationFields(facts, fitting),
      field({
        block: FIELDS.reason,
        label: "Why",
        element: textInput(
          FIELDS.reason,
          MOST_REASON,
          "What is broken, and what you will do",
          facts.filled.reason,
          true,
        ),
      }),
      lines(closingLines(facts, chosen)),
    ],
  });
}

/** An extension is a pass of its own, so its time counts from the yes, and its kubeconfig is another one. */
function extensionLines({ end }: Pick<Grant, "end">, now: Millis): readonly Sentence[] {
  return [
    ["Your pass ends ", ...until(end, now), ", and no extension moves that."],
    ["This asks for one more, with a kubeconfig of its own. Its time counts from the yes."],
  ];
}

interface Chosen {
  readonly cluster: string | null;
  readonly profile: string | null;
  /** The offered passes that fit what is chosen. */
  readonly fitting: readonly OfferedPass[];
}

function distinct(all: readonly string[]): readonly string[] {
  return [...new Set(all)];
}

/** What is chosen while it is still there; the only one there is, unasked. */
function keep(chosen: string | null, all: readonly string[]): string | null {
  if (chosen !== null && all.includes(chosen)) return chosen;
  return all.length === 1 ? (all[0] ?? null) : null;
}

/** Slack keeps what was entered by block id; with the cluster in it, another cluster's choices start empty. */
function blockFor(name: string, { offer }: FormFacts, cluster: string | null): string {
  return distinct(offer.map((pass) => pass.cluster)).length > 1 ? `${name}:${cluster}` : name;
}

function namespaceField(facts: FormFacts, { cluster }: Chosen): InputBlock {
  const { offer, present, filled } = facts;
  const allowed = distinct(offer.filter((pass) => pass.cluster === cluster).flatMap((pass) => pass.namespaces));
  const there = present.get(cluster ?? "");
  const shown = allowed.filter((name) => there === undefined || there.includes(name)).toSorted();
  const options = (shown.length > 0 ? shown : allowed).map((name) => option(name, name)).slice(0, 100);
  const initial = options.filter(({ value }) => filled.namespaces.includes(value ?? "") || options.length === 1);
  return field({
    block: blockFor(FIELDS.namespaces, facts, cluster),
    label: "Namespaces",
    ...(allowed.length > options.length && shown.length > 100 ? { hint: "The first 100 are listed." } : {}),
    element: {
      type: "multi_static_select",
      action_id: FIELDS.namespaces,
      placeholder: { type: "plain_text", text: "Choose one or more", emoji: false },
      options,
      ...(initial.length > 0 ? { initial_options: initial } : {}),
    },
  });
}

function profileField(facts: FormFacts, passes: readonly OfferedPass[], { cluster, profile }: Chosen): InputBlock {
  const first = new Map(passes.map((pass) => [pass.profile, pass]));
  const options = [...first.values()].map((pass) => option(pass.profile, pass.words, `Can ${pass.can}`));
  return field({
    block: blockFor(FIELDS.profile, facts, cluster),
    label: "What for",
    tells: true,
    element: menu(FIELDS.profile, options, profile, "Choose what you will do"),
  });
}

function durationFields(facts: FormFacts, fitting: readonly OfferedPass[]): readonly InputBlock[] {
  const { filled } = facts;
  const most = mostSeconds(facts, fitting);
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

function mostSeconds({ offer, contractEnd, now }: FormFacts, fitting: readonly OfferedPass[]): number {
  const passes = fitting.length > 0 ? fitting : offer;
  const byPolicy = Math.max(...passes.map((pass) => pass.maxDurationSeconds));
  return contractEnd === null ? byPolicy : Math.min(byPolicy, Math.floor((contractEnd - now) / 1000));
}

function closingLines(facts: FormFacts, { profile, fitting }: Chosen): readonly Sentence[] {
  const groups = distinct(
    (fitting.length > 0 ? fitting : facts.offer).map((pass) => groupName(facts.names, pass.approvers)),
  );
  const contract = facts.contractEnd === null ? "" : `; your contract ends ${utcDay(facts.contractEnd - 1)}`;
  const able = fitting.find((pass) => pass.profile === profile);
  return [
    ...(able === undefined ? [] : [[`Can: ${able.can}. Cannot: ${able.cannot}.`]]),
    [
      `Goes to ${groups.join(" or ")}. One yes needed. ` +
        `At most ${sayDuration(mostSeconds(facts, fitting))}${contract}.`,
    ],
  ];
}
