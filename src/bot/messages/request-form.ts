import type { InputBlock, ModalView } from "@slack/types";
import type { Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import { box, field, menu, modal, momentPicker, option, textInput } from "../blocks.ts";
import { until } from "../messages.ts";
import { BREAK_GLASS, FIELDS, VIEWS } from "../names.ts";
import { lines, type Sentence } from "../sentences.ts";
import { type Chosen, type FormFacts, isRefused } from "./form-facts.ts";
import { closingLines } from "./request-closing.ts";
import { durationFields, namespaceField, profileField } from "./request-fields.ts";

/** More than judge.ts takes, so that its own sentence says what is too long and not a field that stops typing. */
const MOST_REASON = 1_000;
const MOST_TICKET = 200;

/** Takes the facts; returns the form, narrowed to what still fits together. */
export function requestForm(facts: FormFacts): ModalView {
  const chosen = choose(facts);
  const { former } = facts;
  const [title, submit] = chosen.glass ? ["Break the glass", "Break the glass"] : ["Request access", "Request"];
  return modal({
    title: former === null ? title : "Extend access",
    callback: VIEWS.request,
    submit,
    close: "Cancel",
    ...(former === null ? {} : { metadata: former.id }),
    blocks: [
      ...(former === null ? [] : [lines(extensionLines(former, facts.now))]),
      ...(chosen.offer.length === 0 ? [] : wishFields(facts, chosen)),
      ...(facts.glass.length === 0 || former !== null ? [] : [glassField(facts)]),
      lines(closingLines(facts, chosen)),
    ],
  });
}

function choose({ offer: asked, glass, filled }: FormFacts): Chosen {
  const breaks = filled.glass && glass.length > 0;
  const offer = breaks ? glass : asked;
  const cluster = keep(
    filled.cluster,
    offer.map((pass) => pass.cluster),
  );
  const inCluster = offer.filter((pass) => pass.cluster === cluster);
  const profile = keep(
    filled.profile,
    inCluster.map((pass) => pass.profile),
  );
  const fitting = inCluster.filter((pass) => profile === null || pass.profile === profile);
  return { cluster, profile, offer, inCluster, fitting, glass: breaks };
}

/** What is chosen while it is still there; the only one there is, unasked. */
function keep(chosen: string | null, all: readonly string[]): string | null {
  if (chosen !== null && all.includes(chosen)) return chosen;
  const [only, another] = new Set(all);
  return only !== undefined && another === undefined ? only : null;
}

function wishFields(facts: FormFacts, chosen: Chosen): readonly InputBlock[] {
  const { filled } = facts;
  const { cluster, offer, glass } = chosen;
  const clusters = [...new Set(offer.map((pass) => pass.cluster))];
  const namespaces = cluster === null ? null : namespaceField(filled, chosen);
  return [
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
    ...(namespaces === null ? [] : [namespaces]),
    ...(cluster === null ? [] : [profileField(chosen)]),
    ...durationFields(facts, chosen),
    ...ticketField(facts, chosen),
    field({
      block: FIELDS.reason,
      label: "Why",
      element: textInput(FIELDS.reason, MOST_REASON, "What is broken, and what you will do", filled.reason, true),
    }),
    ...(glass ? [] : [startField(facts)]),
  ];
}

/**
 * There wherever the policy knows tickets, since whether one is needed may turn out only when the form is sent; one that
 * is known to be needed cannot be left empty.
 */
function ticketField({ names, filled, preview }: FormFacts, { fitting, profile, glass }: Chosen): InputBlock[] {
  const example = names?.tickets?.example;
  const byRule = profile !== null && fitting.length > 0 && fitting.every((pass) => pass.ticket);
  const byTier = isRefused(preview) && preview.some((no) => no.refused === "ticketNeeded");
  const isNeeded = !glass && (byRule || byTier);
  if (example === undefined && !isNeeded) return [];
  return [
    field({
      block: FIELDS.ticket,
      label: "Ticket",
      optional: !isNeeded,
      ...(example === undefined ? {} : { hint: `Such as ${example}.` }),
      element: textInput(FIELDS.ticket, MOST_TICKET, example ?? "What this is for", filled.ticket, false),
    }),
  ];
}

function startField({ filled, now }: FormFacts): InputBlock {
  const startsAt = filled.startsAt !== null && filled.startsAt > now ? filled.startsAt : null;
  return field({
    block: FIELDS.start,
    label: "Start",
    optional: true,
    hint: "Leave it empty to begin as soon as it is decided.",
    element: momentPicker(FIELDS.start, startsAt),
  });
}

/** A choice of its own, and never one that the form makes. */
function glassField({ filled }: FormFacts): InputBlock {
  const choice = option(
    BREAK_GLASS,
    "Break the glass: I lend it to myself now",
    "For an emergency: nobody is asked, many are told, a review is owed",
  );
  return field({
    block: FIELDS.glass,
    label: "You are on call",
    optional: true,
    tells: true,
    element: box(FIELDS.glass, choice, filled.glass),
  });
}

/** An extension is a pass of its own, so its time counts from the yes, and its kubeconfig is another one. */
function extensionLines({ end }: Pick<Grant, "end">, now: Millis): readonly Sentence[] {
  return [
    ["Your pass ends ", ...until(end, now), ", and no extension moves that."],
    ["This asks for one more, with a kubeconfig of its own. Its time counts from the yes."],
  ];
}
