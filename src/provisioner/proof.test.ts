import { describe, expect, test } from "vitest";
import { questionsOf, sayQuestions, untilSettled } from "./proof.ts";

const PODS = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
const SECRETS = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };

describe("what a trial asks", () => {
  test("is the role's rights in each namespace, the canaries there, and a right of it where no grant reaches", () => {
    const { yes, no } = questionsOf(["payments", "web"], [PODS]);

    expect(sayQuestions(yes)).toBe("get pods in payments, get pods in web");
    expect(sayQuestions(no)).toBe(
      [
        ...["get secrets in payments", "create rolebindings in payments"],
        ...["get secrets in web", "create rolebindings in web", "get pods in daypass-grants"],
      ].join(", "),
    );
  });

  test("takes no right for a canary that the role gives", () => {
    expect(sayQuestions(questionsOf(["payments"], [PODS, SECRETS]).no)).not.toContain("get secrets");
  });

  test("looks for a namespace outside of the grant's", () => {
    expect(sayQuestions(questionsOf(["daypass-grants"], [PODS]).no)).toContain("get pods in kube-system");
  });
});

describe("waiting for the authorizer", () => {
  test("looks again at what was left until nothing is", async () => {
    const seen: (readonly string[] | null)[] = [];
    const answers = [["a", "b"], ["b"], []];

    const left = await untilSettled(async (before: readonly string[] | null) => {
      seen.push(before);
      return answers.shift() ?? [];
    });

    expect(left).toEqual([]);
    expect(seen).toEqual([null, ["a", "b"], ["b"]]);
  });

  test("gives up after two seconds and says what was left", async () => {
    const beganAt = performance.now();

    expect(await untilSettled(async () => ["still"])).toEqual(["still"]);

    expect(performance.now() - beganAt).toBeGreaterThan(1_900);
    expect(performance.now() - beganAt).toBeLessThan(3_000);
  });
});
