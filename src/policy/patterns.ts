import { RE2JS } from "@bufbuild/re2";

/** Whether a text matches. Takes a time in proportion to the text's length, whatever the pattern. */
export interface Pattern {
  /** Somewhere in it. */
  test(text: string): boolean;
  /** As a whole. */
  matches(text: string): boolean;
}

/** Longer ones are nobody's pattern, and the time is in proportion to this too. */
const MOST_LENGTH = 200;
/** Bounded repeats (`a{1000}`) are written out when a pattern is compiled; larger than this nobody reads it. */
const MOST_REPEATS = 1_000;

/** Takes an RE2 pattern; returns it compiled, or what is wrong with it as a sentence without its full stop. */
export function compilePattern(pattern: string): Pattern | { readonly fault: string } {
  if (pattern.length > MOST_LENGTH) return { fault: `a pattern has at most ${MOST_LENGTH} characters` };
  const repeats = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) => Number(most || least));
  if (repeats.reduce((all, one) => all * Math.max(1, one), 1) > MOST_REPEATS) {
    return { fault: `repeats such as {10} come to at most ${MOST_REPEATS} together` };
  }
  try {
    const compiled = RE2JS.compile(pattern);
    return { test: (text) => compiled.test(text), matches: (text) => compiled.testExact(text) };
  } catch (cause) {
    return { fault: `no pattern that RE2 reads: ${sayCause(cause)}` };
  }
}

function sayCause(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, "") : "it cannot be compiled";
}
