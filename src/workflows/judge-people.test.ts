import { describe, expect, test } from "vitest";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_GRANTS,
  SAMPLE_NEEDS,
  sampleForce,
  samplePolicy,
  sampleRecord,
  sampleRequest,
  sampleYes,
} from "../../test/fakes/samples.ts";
import { type Grant, isLive } from "./grant.ts";
import { howMayEnd, isQuorum, whyNotDecide } from "./judge-people.ts";
import type { PersonRecord } from "./person.ts";
import { refuse } from "./refusal.ts";

const { people, groups } = POLICY_INPUT;
const APPROVERS = groups["payments-approvers"];
const notApprover = refuse("notApprover", { detail: "payments-approvers" });

describe("P6 · who may decide", () => {
  const decides = (by: PersonRecord, request = sampleRequest(), changes: Record<string, unknown> = {}, now = NOON) =>
    whyNotDecide(sampleForce(changes), by, request, now);

  test("an approver whom the policy names", () => {
    expect(decides(sampleRecord("ada"))).toBeNull();
    expect(decides(sampleRecord("ben"))).toBeNull();
  });

  test.each<[string, PersonRecord, object]>([
    ["never the one who asked", sampleRecord("mia"), refuse("ownRequest")],
    ["nobody whom the policy does not name", sampleRecord("zoe"), notApprover],
    ["no approver of another group", sampleRecord("sam"), notApprover],
    ["not on-call, unless named", sampleRecord("olga"), notApprover],
    ["no guest, approver or not", sampleRecord("ada", { guest: true }), refuse("guestOrExternal")],
    ["nobody of another company's Slack", sampleRecord("ada", { external: true }), refuse("guestOrExternal")],
    ["nobody whose account is switched off", sampleRecord("ada", { active: false }), refuse("inactive")],
  ])("%s", (_, by, refusal) => {
    expect(decides(by)).toEqual(refusal);
  });

  test("never the one who asked, even as an approver by policy", () => {
    expect(decides(sampleRecord("ada"), sampleRequest({ asker: "ada" }))).toEqual(refuse("ownRequest"));
  });

  test("nobody any more who was an approver when the card was posted", () => {
    const without = { ...groups, "payments-approvers": { ...APPROVERS, people: ["ben"] } };

    expect(decides(sampleRecord("ada"), sampleRequest(), { groups: without })).toEqual(notApprover);
  });

  test("nobody at all where the group is empty or gone", () => {
    const empty = { groups: { ...groups, "web-approvers": { ...groups["web-approvers"], people: [] } } };
    for (const group of ["web-approvers", "disbanded", "constructor", "__proto__", ""]) {
      for (const person of Object.keys(people)) {
        const request = sampleRequest({ approvers: [group], asker: "nobody" });
        expect(decides(sampleRecord(person), request, empty)).toMatchObject({ refused: "notApprover" });
      }
    }
  });

  test("nobody at all where no group is named", () => {
    expect(decides(sampleRecord("ada"), sampleRequest({ approvers: [] }))).toEqual(
      refuse("notApprover", { detail: "" }),
    );
  });

  test("somebody of any of several groups", () => {
    const request = sampleRequest({ approvers: ["payments-approvers", "web-approvers"] });

    expect(decides(sampleRecord("sam"), request)).toBeNull();
    expect(decides(sampleRecord("ada"), request)).toBeNull();
    expect(decides(sampleRecord("olga"), request)).toEqual(
      refuse("notApprover", { detail: "payments-approvers, web-approvers" }),
    );
  });

  test("somebody whom Slack says to be in one of the group's user groups, if the policy lists them", () => {
    const changes = {
      groups: { ...groups, "payments-approvers": { ...APPROVERS, people: [], slackGroups: ["S0PAY"] } },
    };

    expect(decides(sampleRecord("olga", { slackGroups: ["S0PAY"] }), sampleRequest(), changes)).toBeNull();
    expect(decides(sampleRecord("olga", { slackGroups: ["S0WEB"] }), sampleRequest(), changes)).toEqual(notApprover);
    expect(decides(sampleRecord("zoe", { slackGroups: ["S0PAY"] }), sampleRequest(), changes)).toEqual(notApprover);
  });

  test("nobody from the moment their own contract is over", () => {
    const changes = { people: { ...people, ada: { ...people.ada, contractEnd: "2026-06-01" } } };
    const over = Date.UTC(2026, 5, 2);

    expect(decides(sampleRecord("ada"), sampleRequest(), changes, over - 1)).toBeNull();
    expect(decides(sampleRecord("ada"), sampleRequest(), changes, over)).toEqual(notApprover);
  });

  test("nobody of the asker's company, where that is asked for; employees have none", () => {
    const changes = { groups: { ...groups, "payments-approvers": { ...APPROVERS, people: ["max", "ada"] } } };
    const strict = sampleRequest({ needs: { ...SAMPLE_NEEDS, notSameCompany: true } });
    const employee = { ...strict, asker: "sam" };

    expect(decides(sampleRecord("max"), sampleRequest(), changes)).toBeNull();
    expect(decides(sampleRecord("max"), strict, changes)).toEqual(refuse("sameCompany", { detail: "acme" }));
    expect(decides(sampleRecord("max"), employee, changes)).toBeNull();
    expect(decides(sampleRecord("ada"), employee, changes)).toBeNull();
  });
});

describe("P6 · a quorum", () => {
  const quorumOf = (yeses: readonly PersonRecord[], needs: object = {}, approvers = ["payments-approvers"]) =>
    isQuorum(sampleForce(), sampleRequest({ approvers }), { ...SAMPLE_NEEDS, ...needs }, yeses.map(sampleYes), NOON);
  const [ada, ben, sam] = [sampleRecord("ada"), sampleRecord("ben"), sampleRecord("sam")];

  test("is never reached by nobody, whatever is needed", () => {
    expect(quorumOf([])).toBe(false);
    expect(quorumOf([], { quorum: 0 })).toBe(false);
    expect(quorumOf([], { quorum: 0, differentGroups: true })).toBe(false);
  });

  test("is so many different people", () => {
    expect(quorumOf([ada])).toBe(true);
    expect(quorumOf([ada], { quorum: 2 })).toBe(false);
    expect(quorumOf([ada, ada], { quorum: 2 })).toBe(false);
    expect(quorumOf([ada, ben], { quorum: 2 })).toBe(true);
    expect(quorumOf([ada, ben], { quorum: 3 })).toBe(false);
  });

  test("counts nobody who may no longer say yes", () => {
    const mia = sampleRecord("mia");

    expect(quorumOf([sampleRecord("ada", { active: false })])).toBe(false);
    expect(quorumOf([sampleRecord("ada", { guest: true }), ben], { quorum: 2 })).toBe(false);
    expect(quorumOf([sam])).toBe(false);
    expect(quorumOf([mia])).toBe(false);
  });

  test("counts no yes of another account than who gave it has now, and none without the form where it is needed", () => {
    const count = (changes: object, stepUp = false) => {
      const given = { ...sampleYes(ada), yes: { account: ada.slackKey, stepped: true, ...changes } };
      return isQuorum(sampleForce(), sampleRequest(), { ...SAMPLE_NEEDS, stepUp }, [given], NOON);
    };

    expect(count({})).toBe(true);
    expect(count({ account: "E0ORG/U0ADA" })).toBe(true);
    expect(count({ account: ben.slackKey })).toBe(false);
    expect(count({}, true)).toBe(true);
    expect(count({ stepped: false })).toBe(true);
    expect(count({ stepped: false }, true)).toBe(false);
  });

  test("with different groups takes one yes of each", () => {
    const two = { quorum: 2, differentGroups: true };
    const both = ["payments-approvers", "web-approvers"];

    expect(quorumOf([ada, ben], two, both)).toBe(false);
    expect(quorumOf([ada, sam], two, both)).toBe(true);
    expect(quorumOf([ada, ben], { quorum: 2 }, both)).toBe(true);
  });

  test("follows what is needed now about the asker's company", () => {
    const changes = { groups: { ...groups, "payments-approvers": { ...APPROVERS, people: ["max"] } } };
    const max = sampleYes(sampleRecord("max"));
    const count = (notSameCompany: boolean) =>
      isQuorum(sampleForce(changes), sampleRequest(), { ...SAMPLE_NEEDS, notSameCompany }, [max], NOON);

    expect(count(false)).toBe(true);
    expect(count(true)).toBe(false);
  });
});

describe("who may end a grant", () => {
  const grant: Grant = SAMPLE_GRANTS.active;
  const ends = (by: PersonRecord, policy = true) => howMayEnd(policy ? samplePolicy() : null, by, grant);

  test.each<[string, PersonRecord, string | null]>([
    ["the grantee hands it back", sampleRecord("mia"), "released"],
    ["the grantee hands it back as a guest", sampleRecord("mia", { guest: true }), "released"],
    ["who approved it revokes it", sampleRecord("ada"), "revoked"],
    ["on-call revokes it", sampleRecord("olga"), "revoked"],
    ["another approver does not", sampleRecord("ben"), null],
    ["another contractor does not", sampleRecord("max"), null],
    ["a stranger does not", sampleRecord("zoe"), null],
    ["a guest on on-call's list does not", sampleRecord("olga", { guest: true }), null],
    ["an account from elsewhere on on-call's list does not", sampleRecord("olga", { external: true }), null],
    ["a switched-off account does not", sampleRecord("olga", { active: false }), null],
    ["a switched-off account does not hand back its own", sampleRecord("mia", { active: false }), null],
    ["who approved it as a guest does not", sampleRecord("ada", { guest: true }), null],
    ["who approved it from elsewhere does not", sampleRecord("ada", { external: true }), null],
  ])("%s", (_, by, how) => {
    expect(ends(by)).toBe(how);
  });

  test("the account that asked hands it back, by whichever id the policy knows it", () => {
    const asked = { ...grant, account: "T0HOME/U0MIA" };
    const renamed = sampleRecord("mia-c", { slackKey: "E0ORG/U0MIA" });
    const moved = sampleRecord("mia", { slackKey: "T0HOME/U0OTHER" });

    expect(howMayEnd(samplePolicy(), renamed, asked)).toBe("released");
    expect(howMayEnd(null, renamed, asked)).toBe("released");
    expect(howMayEnd(samplePolicy(), { ...renamed, active: false }, asked)).toBeNull();
    expect(howMayEnd(samplePolicy(), renamed, grant)).toBeNull();
    expect(howMayEnd(samplePolicy(), moved, asked)).toBe("released");
  });

  test("P7 · an account whose id is another one's by now ends what it asked for, and nothing else of the id's", () => {
    const former = { ...sampleRecord("mia"), isFormer: true } as const;
    const asked = { ...grant, account: "T0HOME/U0MIA" };
    const onCall = { ...sampleRecord("olga"), isFormer: true } as const;

    for (const policy of [samplePolicy(), null]) {
      expect(howMayEnd(policy, former, asked)).toBe("released");
      expect(howMayEnd(policy, former, { ...asked, account: "T0HOME/U0ANEW" })).toBeNull();
      expect(howMayEnd(policy, former, grant)).toBeNull();
      expect(howMayEnd(policy, { ...sampleRecord("ada"), isFormer: true }, asked)).toBeNull();
      expect(howMayEnd(policy, onCall, asked)).toBeNull();
    }
  });

  test("P7 · with no policy to read, the grantee and who approved it still can", () => {
    expect(ends(sampleRecord("mia"), false)).toBe("released");
    expect(ends(sampleRecord("ada"), false)).toBe("revoked");
    expect(ends(sampleRecord("olga"), false)).toBeNull();
  });

  test("on-call is also whom Slack says to be in its user group", () => {
    const policy = samplePolicy({ groups: { ...groups, "on-call": { ...groups["on-call"], slackGroups: ["S0ONC"] } } });

    expect(howMayEnd(policy, sampleRecord("ben", { slackGroups: ["S0ONC"] }), grant)).toBe("revoked");
    expect(howMayEnd(policy, sampleRecord("zoe", { slackGroups: ["S0ONC"] }), grant)).toBeNull();
  });

  test("the answer is the same in every state of the grant", () => {
    for (const each of Object.values(SAMPLE_GRANTS).filter(isLive)) {
      expect(howMayEnd(samplePolicy(), sampleRecord("olga"), each)).toBe("revoked");
    }
  });
});
