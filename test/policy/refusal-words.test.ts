import { describe, expect, test } from "vitest";
import { ASKING } from "../../src/bot/messages/refusals-asking.ts";
import { DECIDING } from "../../src/bot/messages/refusals-deciding.ts";
import type { AssumedWish } from "../../src/policy/assumed.ts";
import { sayGlass, sayVerdict } from "../../src/policy/say-verdict.ts";
import { PolicyShape } from "../../src/workflows/policy-schema.ts";
import type { RefusalCode } from "../../src/workflows/refusal.ts";
import { NOON } from "../fakes/samples.ts";

const POLICY = PolicyShape.parse({
  ...{ version: 1, slack: { requestsChannel: "C0123456789", linkedBy: "us" }, onCall: "team", profiles: {}, rules: [] },
  people: { dana: { name: "Dana", slack: "T01234567/U01234567" } },
  groups: { team: { name: "team", channel: "C01", people: ["dana"] } },
});
const FORCE = { policy: POLICY, hash: "sha256:0", conditions: { holds: () => true, matchesTicket: () => true } };
const WISH: AssumedWish = {
  ...{ who: "dana", what: "logs", cluster: "prod", namespaces: ["web"], for: "1h", at: NOON },
  ...{ guest: false, slackGroups: [], held: [], outcomes: [] },
};
const NOTHING = { clusterLabels: {}, namespaceLabels: {}, risk: {} };
/** Slack has words for each, which the compiler sees to. */
const CODES = Object.keys({ ...ASKING, ...DECIDING }) as RefusalCode[];

describe("explain has a sentence for each code,", () => {
  test.each(CODES)("%s", (refused) => {
    const verdict = { may: false as const, refusals: [{ refused }] };

    for (const said of [sayVerdict(FORCE, WISH, verdict, NOTHING), sayGlass(POLICY, WISH, verdict)]) {
      const [, code, words] = /^ {2}(\w+): (.*)$/.exec(said[1] ?? "") ?? [];
      expect(code).toBe(refused);
      expect(words).toMatch(/^\S+ \S+ \S+/);
    }
  });
});
