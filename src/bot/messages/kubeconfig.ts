import type { ModalView } from "@slack/types";
import type { Millis } from "../../workflows/person.ts";
import { modal, sentenceModal } from "../blocks.ts";
import { lines, preformatted, type Sentence } from "../sentences.ts";
import { moment, timeLeft } from "../time-words.ts";

/** Slack: 3,000 characters a text object; some room is left. */
const MOST_LETTERS = 2_900;
const TITLE = "Kubeconfig";

/** What stands in the modal from the click until the credential is there. */
export function making(): ModalView {
  return sentenceModal(TITLE, [["Making your kubeconfig…"]]);
}

/** A credential as it was opened, and what to say about it. */
export interface ShownKubeconfig {
  readonly kubeconfig: string;
  readonly fileName: string;
  /** A command that works as it is, to see that it works. */
  readonly tryFirst: string;
  readonly end: Millis;
  /** When the one before was made, which no longer works; null for the first. */
  readonly former: Millis | null;
  readonly now: Millis;
}

/**
 * Takes an opened credential; returns the modal that shows it once. Nothing in it can be pressed or sent: Slack would
 * echo the view, and the token with it.
 */
export function kubeconfigModal(shown: ShownKubeconfig): ModalView {
  const parts = splitAtLineEnds(shown.kubeconfig, MOST_LETTERS);
  const many = parts.length > 1;
  const paste = many ? `Paste the ${parts.length} parts into one file, in this order: ` : "Save as ";
  const opening: Sentence[] = [
    ["Shown once, works until ", moment(shown.end, shown.now), ` (${timeLeft(shown.end, shown.now)}), for you alone.`],
    ...(shown.former === null
      ? []
      : [["The one from ", moment(shown.former, shown.now), " no longer works."] as const]),
    [paste, { code: shown.fileName }, ":"],
  ];
  return modal({
    title: TITLE,
    blocks: [
      lines(opening),
      ...parts.flatMap((part, i) => [
        ...(many ? [lines([[`Part ${i + 1} of ${parts.length}`]])] : []),
        preformatted(part),
      ]),
      lines([["Then this works:"]]),
      preformatted(shown.tryFirst),
    ],
  });
}

/** Takes text and a length; returns its parts, cut after line ends, whose join with line ends is the text again. */
export function splitAtLineEnds(text: string, most: number): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const line of text.replace(/\n+$/, "").split("\n")) {
    if (line.length > most) throw new RangeError(`a kubeconfig line of ${line.length} characters does not fit a part`);
    const longer = part === "" ? line : `${part}\n${line}`;
    if (longer.length > most) {
      parts.push(part);
      part = line;
    } else {
      part = longer;
    }
  }
  return [...parts, part];
}

/** Takes a sentence; returns the modal that says why there is no kubeconfig. */
export function noKubeconfig(sentence: Sentence): ModalView {
  return sentenceModal(TITLE, [sentence]);
}

/** The worker did not answer in time. */
export const NO_ANSWER: Sentence = [
  "The cluster's side did not answer within 20 s, so there is no kubeconfig. " +
    "Your pass is unchanged, and what may still be made of this click is ended within a minute. Press Get kubeconfig again.",
];

/** The cluster did not answer while it was made. */
export const CLUSTER_SILENT: Sentence = [
  "The cluster does not answer right now, so there is no kubeconfig. " +
    "Your pass is unchanged and ends on time. Press Get kubeconfig again in a minute.",
];

/** It was shown, and it is not known to be written down: the check may end it, or find that it was all the same. */
export const NOT_KEPT: Sentence = [
  "My records do not answer, so I could not write down that you have the kubeconfig that stood here, and it may stop working. " +
    "Your pass is unchanged. Press Get kubeconfig again: the new one ends that one.",
];

/** The answer came and could not be opened or shown. */
export const NOT_SHOWN: Sentence = [
  "The kubeconfig was made but could not be shown, so nobody has it. " +
    "It is ended within a minute, and your pass is unchanged. Press Get kubeconfig again.",
];
