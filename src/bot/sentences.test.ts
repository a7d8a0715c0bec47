import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { messageBlocks } from "../../test/workbench/slack/limits/blocks.ts";
import { lines, message, quotation, type Sentence, toPlain, toText } from "./sentences.ts";
import { moment } from "./time-words.ts";

const HOSTILE = [
  "<!channel>",
  "<@U0ANA>",
  "<https://evil.example|Approve>",
  "*bold*",
  "`",
  "```",
  "> quote",
  "&lt;",
  "<!date^1^{ago}|x>",
  "\u202e",
  "\n",
];

describe("a sentence", () => {
  test("shows what somebody wrote as text alone, wherever it stands", () => {
    const random = createRandom();
    for (let round = 0; round < 500; round++) {
      const words = Array.from({ length: 1 + random.below(6) }, () => random.pick(HOSTILE)).join(
        random.pick(["", " "]),
      );
      const sentence: Sentence = ["Asked by ", { bold: words }, " for ", words, { code: words }, "."];

      const shown = message([sentence], quotation(words));

      const told = `seed ${random.seed}, round ${round}: ${JSON.stringify(words)}`;
      expect(shown.text, told).not.toMatch(/[<>]/);
      expect(messageBlocks.safeParse(shown.blocks).error, told).toBeUndefined();
      const kinds = [...JSON.stringify(shown.blocks).matchAll(/"type":"([a-z_]+)"/g)].map(([, kind]) => kind);
      expect(new Set(kinds), told).toEqual(new Set(["rich_text", "rich_text_section", "rich_text_quote", "text"]));
    }
  });

  test("is drawn as text, as plain text and as blocks with the same words", () => {
    const at = Date.UTC(2026, 5, 1, 16, 2);
    const sentence: Sentence = ["Ends ", moment(at, at), " in ", { bold: "payments" }, " & co."];

    expect(toText([sentence])).toBe(`Ends <!date^${at / 1000}^{time}|16:02 UTC> in payments &amp; co.`);
    expect(toPlain([sentence])).toBe("Ends 16:02 UTC in payments & co.");
    expect(lines([sentence]).elements[0]).toMatchObject({
      elements: [
        { type: "text", text: "Ends " },
        { type: "date", timestamp: at / 1000, format: "{time}", fallback: "16:02 UTC" },
        { type: "text", text: " in " },
        { type: "text", text: "payments", style: { bold: true } },
        { type: "text", text: " & co." },
      ],
    });
  });

  test("keeps one space between sentences and leaves none out", () => {
    expect(toText([["One."], [""], ["Two."]])).toBe("One. Two.");
  });
});

test("a quotation of nothing that can be seen still says something", () => {
  expect(JSON.stringify(quotation("\u200b\u200b"))).toContain("nothing that can be shown");
});
