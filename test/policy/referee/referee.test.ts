import { expect, test } from "vitest";
import { createRandom } from "../../fakes/random.ts";
import { seedOfSources } from "../../fakes/seed-of-sources.ts";
import { anyCase, anyMidnight } from "./any-case.ts";
import { anyLaw } from "./any-law.ts";
import { compare } from "./compared.ts";

/** QUESTIONS=1000000 is a long run; SEED repeats one (the sources' own unless told). */
const questions = Number(process.env.QUESTIONS ?? 100_000);
const seed = process.env.SEED === undefined ? await seedOfSources() : Number(process.env.SEED);
/** So many questions are asked of one policy. */
const EACH = 20;
/** More than so many disagreements teach nobody more. */
const MOST_FAULTS = 3;

test("P6 · a second reading of docs/policy.md agrees on random policies and questions", {
  timeout: 3_600_000,
}, async () => {
  const random = createRandom(seed);
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const faults: string[] = [];

  for (let asked = 0; asked < questions && faults.length < MOST_FAULTS; ) {
    const midnight = anyMidnight(random);
    const [policy, ...others] = [anyLaw(random, midnight), anyLaw(random, midnight), anyLaw(random, midnight)];
    for (let i = 0; i < EACH; i++, asked++) {
      const question = anyCase(random, { policy, midnight, others });
      const lines = await compare(policy, question, count);
      const told = {
        question: asked,
        lines,
        policy,
        ...question,
        clicks: question.clicks(),
        making: question.making(),
      };
      if (lines.length > 0) faults.push(JSON.stringify(told));
    }
  }

  const reached = [...counts].sort().map(([what, times]) => `${what} ${times}`);
  console.log(`seed ${random.seed}, ${questions} questions: ${reached.join(", ")}`);
  // Whole, as a difference between lists would cut it: who asked, who clicked, and by which policies.
  expect(faults, `seed ${random.seed}\n${faults.join("\n")}`).toHaveLength(0);
  // What is never reached is not compared: every code the document speaks of comes up, and so does every way to a yes.
  expect(WAYS.filter((way) => !counts.has(way))).toEqual([]);
});

const WAYS = [
  ...[
    "allowed",
    "allowed by itself",
    "glass broken",
    "glass broken beside what ends",
    "approved by one",
    "yes that waits for another",
  ],
  ...["quorum of several met", "denied by somebody", "a colleague of then", "made", "not made", "not made yet"],
  ...["a yes given once more", "a bare yes waits to be given once more"],
  ...[
    "alreadyOpen",
    "alreadySaidYes",
    "askerNotAllowedAnyMore",
    "clusterUnknown",
    "companyFull",
    "conditionNotMet",
  ].map(refused),
  ...[
    "denied",
    "groupUnread",
    "differentApprovers",
    "durationTooLong",
    "durationTooShort",
    "guestOrExternal",
    "inactive",
  ].map(refused),
  ...["noBreakGlass", "notApprover", "notNarrower", "notOffered", "nothingLeft", "nothingOnOffer", "ownRequest"].map(
    refused,
  ),
  ...["reasonIsProfile", "reasonIsTicket", "reasonRepeated", "reasonTooLong", "reasonTooShort", "reviewOverdue"].map(
    refused,
  ),
  ...[
    "otherAccount",
    "roleChanged",
    "sameCompany",
    "separated",
    "separatedTogether",
    "separatedWhileEnding",
    "startTooLate",
    "startTooSoon",
    "stepUpNeeded",
  ].map(refused),
  ...["namespaceUnread", "ticketNeeded", "ticketShape", "tooManyOpen", "tooManyPasses", "unknownNamespace"].map(
    refused,
  ),
];

function refused(code: string): string {
  return `refused: ${code}`;
}
