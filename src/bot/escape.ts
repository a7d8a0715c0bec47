/** One user-perceived letter may carry this many marks; stacks of them cover the lines around. */
const MOST_MARKS = 3;

/**
 * Controls, bidi and other format characters, zero-width and tag characters, variation selectors and blank fillers
 * (default ignorables), surrogates without a partner, private use: nothing a reader can see, all of it able to mislead.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;
const SPACES = /[\s\p{Z}\u2800]+/gu;
const MARK_STACK = new RegExp(`(\\p{M}{${MOST_MARKS}})\\p{M}+`, "gu");

/**
 * Takes text that a person, a cluster or a file wrote and a length in code points; returns it on one line, composed
 * (NFC), without what cannot be seen, cut with an ellipsis. To be shown as plain text or in rich text only.
 */
export function clean(text: string, most: number): string {
  const oneLine = text
    .normalize("NFC")
    .replaceAll(SPACES, " ")
    .replaceAll(UNSEEN, "")
    .normalize("NFC")
    .replaceAll(MARK_STACK, "$1")
    .replaceAll(SPACES, " ")
    .trim();
  const letters = Array.from(oneLine);
  return letters.length <= most
    ? oneLine
    : `${letters
        .slice(0, Math.max(0, most - 1))
        .join("")
        .trimEnd()}…`;
}

/** Takes clean text; returns it for a mrkdwn field: `& < >` in Slack's order, so that nothing in it is a mention or a link. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
