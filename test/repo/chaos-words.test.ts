import { describe, expect, test } from "vitest";
import { overdue, paidDebt } from "../../src/bot/messages/overdue.ts";
import type { ApprovedRequest } from "../../src/workflows/request.ts";
import { earlyEndCases } from "../chaos/early-end-cases.ts";
import { whichWords } from "../chaos/name-calls.ts";
import { findInWords, type WordsSeen } from "../chaos/words.ts";
import { NOON, SAMPLE_APPROVAL, SAMPLE_GRANTS, sampleRequest } from "../fakes/samples.ts";
import type { Message } from "../workbench/slack/timelines.ts";

const CARD = "Lena Fox (Acme, guest) asks for Read logs in chaos on prod for 12 s.";

let posted = 0;

function message(channel: string, text: string, changes: Partial<Message> = {}): Message {
  posted += 1;
  const ts = `${NOON / 1000 + posted}.000100`;
  return { type: "message", channel, ts, text, user: "B0", fromApp: true, before: [], n: posted, ...changes };
}

/** What stands there of a pass that was asked for, approved and ended. */
function whole(): Message[] {
  const card = message("C0PAYMENTS", `${CARD} Ended 12:02 UTC. Refused 0.1 s later, proven.`, {
    before: [{ text: CARD }],
  });
  const [thread, dm] = [{ threadTs: card.ts }, "D0LENA"];
  return [
    card,
    message("C0PAYMENTS", "Ana Ruiz approved this for Lena Fox.", thread),
    message("C0PAYMENTS", "Summary · Read logs in chaos on prod.", thread),
    message(dm, "Asked: Read logs in chaos on prod for 12 s. Pending."),
    message(dm, "Ended: Read logs in chaos on prod. The message below says more."),
    message(dm, "Ended 12:02 UTC: Read logs in chaos on prod. Refused, proven."),
  ];
}

function seen(messages: readonly Message[], changes: Partial<WordsSeen> = {}): WordsSeen {
  const { decision, lent, end, grants, review } = SAMPLE_APPROVAL;
  const request: ApprovedRequest = { ...sampleRequest(), state: "approved", decision, lent, end, grants, review };
  return {
    ...{ request, grant: SAMPLE_GRANTS.ended, messages, notes: [] },
    ...{ strikes: [], logged: null, objects: [], beside: [], ...changes },
  };
}

describe("a word that is read twice", () => {
  const [first] = whole();
  const twice = [...whole(), message("C0PAYMENTS", first?.text ?? "")];
  const posts = [1, 2].map((at) => ({ at, who: "bot-1", what: "post card" }));

  test("is a violation where nothing kept a bot from writing down where it stands", () => {
    expect(findInWords(seen(whole()), {})).toMatchObject({ lost: [], doubled: [], allowed: [], violations: [] });
    expect(findInWords(seen(twice, { notes: posts }), {}).violations).toEqual([
      "people read “card” 2 times instead of 1",
    ]);
  });

  test("is allowed where a bot was struck before it wrote that down, or where Redis was away", () => {
    const strikes = [{ at: 1.5, who: "bot-1", what: "bot-1 is killed after “post card”" }];

    const struck = findInWords(seen(twice, { notes: posts, strikes }), {});
    const away = findInWords(seen(twice, { notes: posts }), { unkept: 1 });

    expect([struck.violations, struck.allowed]).toEqual([[], ["card"]]);
    expect([away.violations, away.allowed]).toEqual([[], ["card"]]);
  });
});

describe("what is told of some passes alone", () => {
  const grant = { ...SAMPLE_GRANTS.ending, paged: { at: NOON + 150_000, words: "prod does not answer" } };
  const late = { ...SAMPLE_GRANTS.ended, paged: grant.paged, refusedAt: NOON + 180_000 };
  const call = () => message("C0ONCALL", overdue(null, grant, NOON + 150_000).text);
  const paid = (ts: string) => message("C0ONCALL", paidDebt(null, late).text, { threadTs: ts });
  const no = () => message("D0LENA", "Denied by Ben Park: Read logs in chaos on prod. Nothing was made.");
  const unknown = () => message("D0LENA", "The policy changed.");

  test("may stand there once, and need not where the record says nothing of it", () => {
    const help = call();

    expect(findInWords(seen([...whole(), help, paid(help.ts), no(), unknown()]), {}).violations).toEqual([]);
    expect(findInWords(seen(whole()), {}).violations).toEqual([]);
  });

  test("P7 · must stand there where the record says that on-call was paged: the call, and once it has ended, that it has", () => {
    const help = call();

    expect(findInWords(seen(whole(), { grant: late }), {})).toMatchObject({
      ...{ lost: ["overdue", "paid"], violations: ["people never read “overdue”", "people never read “paid”"] },
    });
    expect(findInWords(seen([...whole(), help], { grant: late }), {}).lost).toEqual(["paid"]);
    expect(findInWords(seen([...whole(), help, paid(help.ts)], { grant: late }), {}).violations).toEqual([]);
    expect(findInWords(seen(whole(), { grant }), {}).lost).toEqual(["overdue"]);
    expect(findInWords(seen([...whole(), help], { grant }), {}).lost).toEqual([]);
  });

  test("need not stand there where Redis was flushed, or where it or Slack was away and may have forgotten", () => {
    for (const allows of [{ unkept: 1 }, { forgotten: "gone" }, { forgotten: "rebuilt" }] as const) {
      const { lost } = findInWords(seen(whole(), { grant: late }), allows);
      expect(lost.filter((told) => told === "overdue" || told === "paid")).toEqual([]);
    }
  });

  test.each([
    ["a call for help", call, /^people read “overdue” 2 times instead of 1$/],
    ["what ended late", () => paid("1.1"), /^people read “paid” 2 times instead of 1$/],
    ["a no", no, /^people read “denied” 2 times instead of 1$/],
    ["a message of no name", unknown, /^people read “other: The policy changed.* 2 times instead of 1$/],
  ])(
    "is a violation where %s stands there twice, and none where a bot was struck as it posted it",
    (_, post, words) => {
      const twice = [...whole(), post(), post()];
      const told = /“(\w+)/.exec(words.source)?.[1];
      const notes = [{ at: 1, who: "bot-1", what: `post ${told}` }];
      const strikes = [{ at: 2, who: "bot-1", what: "bot-1 is killed after “any call”" }];

      expect(findInWords(seen(twice), {}).violations).toEqual([expect.stringMatching(words)]);
      expect(findInWords(seen(twice, { notes, strikes }), {}).violations).toEqual([]);
    },
  );

  test("has the name by which its post and its place are noted", () => {
    expect(whichWords(overdue(null, late, NOON).text, "C0ONCALL", false)).toBe("overdue");
    expect(whichWords(paidDebt(null, late).text, "C0ONCALL", true)).toBe("paid");
  });
});

test("of passes that end early, a word may be doubled without a strike only where Redis is frozen, killed or silent", () => {
  const allowing = earlyEndCases().filter(({ allows }) => allows.unkept !== undefined);

  expect(allowing.length).toBe(7);
  for (const { name } of allowing) expect(name).toMatch(/Redis is (frozen|killed)|lines to Redis are silent/);
});
