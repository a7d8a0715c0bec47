import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { clean, escapeMrkdwn } from "./escape.ts";

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/u;

/** What has misled readers, beside ordinary letters. */
const LETTERS = [
  ..."abc Ä é 漢 😀 <>&*_~`@#!|\\\"'",
  ...["\n", "\r", "\t", "\0", "\u001b", "\u0085", "\u00a0", "\u00ad", "\u034f", "\u115f", "\u180e", "\u200b", "\u200d"],
  ...["\u200e", "\u200f", "\u2028", "\u202e", "\u2066", "\u2069", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\uffa0"],
  ...["\ud800", "\udfff", "\ue000", "\u{e0001}", "\u{e0041}", "\u{e0100}", "e\u0301", "\u0315", "\u0316", "\u0317"],
];

describe("clean", () => {
  test("whatever is put in, nothing unseen, no line break and not too much comes out, and a second time changes nothing", () => {
    const random = createRandom();
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: random.below(60) }, () => random.pick(LETTERS)).join("");
      const most = 1 + random.below(40);

      const once = clean(text, most);

      const shown = `seed ${random.seed}, round ${round}: ${JSON.stringify(text)} gave ${JSON.stringify(once)}`;
      expect(once, shown).not.toMatch(UNSEEN);
      expect(once, shown).not.toMatch(/[\n\r]|\s\s|^\s|\s$/);
      expect(Array.from(once).length, shown).toBeLessThanOrEqual(most);
      expect(once.normalize("NFC"), shown).toBe(once);
      expect(clean(once, most), shown).toBe(once);
    }
  });

  test.each([
    ["a right-to-left override does not turn a name round", "invoice\u202Egnp.exe", "invoicegnp.exe"],
    ["tag characters carry nothing along", "hi\u{e0068}\u{e0069}", "hi"],
    ["zero-width characters part no word", "pay\u200bments", "payments"],
    ["a letter and its accent are one", "e\u0301", "\u00e9"],
    ["a stack of marks is cut", `a${"\u0316".repeat(50)}`, "a\u0316\u0316\u0316"],
    ["lines become one line", "one\n\n\n> two\r\nthree", "one > two three"],
    ["what is written in any script stays", "日本語 العربية ελληνικά", "日本語 العربية ελληνικά"],
  ])("%s", (_, text, expected) => {
    expect(clean(text, 100)).toBe(expected);
  });

  test("a cut leaves whole letters and an ellipsis", () => {
    expect(clean("😀😀😀😀", 3)).toBe("😀😀…");
  });
});

test("mrkdwn text holds no mention, link or broadcast, and ampersands are escaped once", () => {
  expect(escapeMrkdwn("<!channel> <@U1> <https://evil.example|Approve> &amp;")).toBe(
    "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|Approve&gt; &amp;amp;",
  );
});
