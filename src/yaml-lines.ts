/**
 * How many lines a file has, counted before anything reads them: to the parser a blank line or a comment is as much work
 * as a value, and a megabyte of them would take a second for nothing that anybody wrote.
 */

/** A file within `MOST_TOKENS` has no more of its own: an entry is two marks at least, and stands on one line. */
const MOST_LINES = 150_000;
/** Some for each person and rule of the largest policy, those in texts of several lines among them. */
const MOST_IDLE_LINES = 20_000;

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;
const HASH = 35;

/** Takes a file's text; returns the offset of the first line that is too many, and why it is, or null. */
export function tooManyLines(text: string): { readonly offset: number; readonly message: string } | null {
  let lines = 0;
  let idle = 0;
  for (let start = 0; start < text.length; start = endOf(text, start) + 1) {
    lines += 1;
    if (isIdle(text, start)) idle += 1;
    if (idle > MOST_IDLE_LINES) return tooMany(start, MOST_IDLE_LINES, "lines that are blank or a comment");
    if (lines > MOST_LINES) return tooMany(start, MOST_LINES, "lines");
  }
  return null;
}

function tooMany(offset: number, most: number, what: string): { readonly offset: number; readonly message: string } {
  return {
    offset,
    message: `is one of more than ${most} ${what} of one file: have fewer, and then the rest is looked at`,
  };
}

function endOf(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

function isIdle(text: string, start: number): boolean {
  let at = start;
  while (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB) at += 1;
  if (at >= text.length) return true;
  const code = text.charCodeAt(at);
  return code === NEWLINE || code === HASH || (code === RETURN && text.charCodeAt(at + 1) === NEWLINE);
}
