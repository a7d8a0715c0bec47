/**
 * What a YAML file must not hold whatever it means, found before anything is unfolded: the lexer neither nests nor
 * resolves, so this takes a time in proportion to the file's length (about 100 ms for a megabyte of marks), and
 * stops where nobody would read on.
 */
import { CST, Lexer } from "yaml";
import { EntryCount } from "./yaml-entries.ts";
import { tooManyLines } from "./yaml-lines.ts";

/** Something that must not stand where it stands, counted from the text's beginning. */
export interface Sign {
  readonly offset: number;
  readonly message: string;
  /** Whether what follows cannot be read as it is meant, so that nothing more can be said of the file. */
  readonly breaks: boolean;
}

/** Deeper than any policy; the parser's stack takes some thousands. */
const MOST_DEPTH = 20;
const MOST_INDENTATION = 100;
/** Names, values and marks of one line with no comma between: a deep entry has some dozens, brackets included. */
const MOST_BESIDE = 100;

/** A file with more of them is none that anybody wrote: what comes after is not looked at. */
const MOST_SIGNS = 1_000;
/**
 * Names, values, comments, brackets and other marks of one file. Five thousand people and a thousand rules with all of their
 * settings have about two hundred thousand; to compose them takes a microsecond each.
 */
const MOST_TOKENS = 300_000;

/** Takes a file's text without its leading byte order mark; returns what must not stand in it, in order. */
export function badSigns(text: string): readonly Sign[] {
  const characters = badCharacters(text);
  if (characters.length > MOST_SIGNS) return stopAt(characters);
  const lines = tooManyLines(text);
  if (lines !== null) return stopAt([...characters, { ...lines, breaks: true }]);
  return stopAt([...characters, ...badTokens(text)]);
}

function stopAt(signs: readonly Sign[]): readonly Sign[] {
  const [next] = signs.slice(MOST_SIGNS);
  if (next === undefined) return signs;
  const message = "and so on: what stands from here is not looked at until all of these are mended";
  return [...signs.slice(0, MOST_SIGNS), { offset: next.offset, message, breaks: true }];
}

const INVISIBLE = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  [/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "a control character"],
  [/\uFEFF/g, "a byte order mark in the middle of the file"],
  [/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "a character that turns the reading direction"],
  [/[\u2028\u2029]/g, "a line break that not every editor shows"],
] as const;

/** YAML allows some of these, and its parser lets all through; a reviewer sees none of them, comments included. */
function badCharacters(text: string): readonly Sign[] {
  const signs: Sign[] = [];
  for (const [pattern, what] of INVISIBLE) {
    for (const { index, 0: found } of text.matchAll(pattern)) {
      if (signs.length > MOST_SIGNS) return signs;
      const message = `${what} stands here (${codePoint(found)}): remove it`;
      signs.push({ offset: index, message, breaks: false });
    }
  }
  return signs;
}

/** Takes a character; returns its number as Unicode writes it, such as U+202E. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

interface Reading {
  readonly signs: Sign[];
  offset: number;
  /** Brackets that are open. */
  flow: number;
  /** `-` and `?` since the line's beginning: each nests once more. */
  indicators: number;
  /** What was read since the last comma or line's beginning. */
  beside: number;
  atLineStart: boolean;
  indentation: number;
  /** Whether anything but comments came before. */
  begun: boolean;
  documents: number;
  /** What was read that is more than a space or a line's end. */
  tokens: number;
  readonly entries: EntryCount;
}

/** The lexer's mark that the next token is a plain or block scalar, whatever that begins with. */
const SCALAR_FOLLOWS = "\u001f";
/** Marks of the lexer's own: they stand for no character of the text. */
const EMPTY_MARKS: ReadonlySet<string> = new Set(["\u0002", "\u0018", SCALAR_FOLLOWS]);

function badTokens(text: string): readonly Sign[] {
  const reading: Reading = {
    ...{ signs: [], offset: 0, flow: 0, indicators: 0, beside: 0, atLineStart: true, indentation: 0, begun: false },
    ...{ documents: 0, tokens: 0, entries: new EntryCount() },
  };
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (!isScalar && EMPTY_MARKS.has(token)) {
      isScalar = token === SCALAR_FOLLOWS;
      continue;
    }
    const bad = readToken(reading, isScalar ? "scalar" : CST.tokenType(token), token);
    if (bad !== null) reading.signs.push({ offset: reading.offset, message: bad.message, breaks: bad.breaks });
    // Deeper it would only be said again and again.
    if (bad?.isLast === true || reading.signs.length > MOST_SIGNS) return reading.signs;
    isScalar = false;
    reading.offset += token.length;
  }
  return reading.signs;
}

interface Bad extends Omit<Sign, "offset"> {
  /** Whether nothing is looked at after it. */
  readonly isLast?: true;
}

const sign = (message: string, breaks = false): Bad => ({ message, breaks });

function readToken(reading: Reading, type: string | null, token: string): Bad | null {
  if (type === "newline") {
    reading.atLineStart = true;
    reading.indicators = 0;
    reading.beside = 0;
    reading.indentation = 0;
    return null;
  }
  if (type === "space") {
    if (reading.atLineStart) reading.indentation = token.length;
    return null;
  }
  reading.tokens += 1;
  if (reading.tokens > MOST_TOKENS) return TOO_MANY;
  reading.beside = type === "comma" ? 0 : reading.beside + 1;
  if (reading.beside > MOST_BESIDE) return TOO_MANY_BESIDE;
  if (type === "comment") return null;
  const most = reading.entries.tooMany(type, reading.atLineStart ? reading.indentation : null);
  if (most !== null) return tooManyEntries(most);
  reading.atLineStart = false;
  if (reading.flow === 0 && reading.indentation > MOST_INDENTATION) return TOO_DEEP;
  return readMeaning(reading, type, token);
}

const last = (message: string): Bad => ({ message, breaks: true, isLast: true });
const TOO_DEEP = last("is nested too deeply: a policy needs no more than a few levels");
const TOO_MANY = last(
  `has more than ${MOST_TOKENS} names, values, comments and marks: no company has so many people and rules`,
);
const TOO_MANY_BESIDE = last(
  `is one of more than ${MOST_BESIDE} names, values and marks side by side: write each entry on a line of its own`,
);

function tooManyEntries(most: number): Bad {
  return last(`is one of more than ${most} entries of one map or list: have fewer, and then the rest is looked at`);
}

function readMeaning(reading: Reading, type: string | null, token: string): Bad | null {
  switch (type) {
    case "alias":
    case "anchor":
      return sign("aliases (&name, *name) are not allowed: write the value out", type === "alias");
    case "tag":
      return sign(`tags (${token.slice(0, 20)}) are not allowed: write the value without it`);
    case "directive":
    case "directive-line":
      return sign("directives (%…) are not allowed: remove this line", true);
    case "doc-start":
      reading.documents += 1;
      return reading.begun || reading.documents > 1
        ? sign("a second document begins here: write one document in each file", true)
        : null;
    case "flow-map-start":
    case "flow-seq-start":
      reading.begun = true;
      reading.flow += 1;
      return reading.flow > MOST_DEPTH ? TOO_DEEP : null;
    case "flow-map-end":
    case "flow-seq-end":
      reading.flow = Math.max(0, reading.flow - 1);
      return null;
    case "seq-item-ind":
    case "explicit-key-ind":
      reading.begun = true;
      reading.indicators += 1;
      return reading.indicators > MOST_DEPTH ? TOO_DEEP : null;
    default:
      reading.begun = true;
      return null;
  }
}
