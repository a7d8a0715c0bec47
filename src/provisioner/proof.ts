/** Asks a cluster what a grant's identity may do: by itself with its own token, or by the worker once it is gone. */
import { setTimeout as wait } from "node:timers/promises";
import type { AuthorizationV1Api, V1ResourceAttributes } from "@kubernetes/client-node";
import { statusCode } from "./cluster-trouble.ts";
import { GRANTS_NAMESPACE, userName } from "./objects.ts";
import { allows, CANARIES, type Cell, cellsOf, type RoleRules, sayCell } from "./role-rules.ts";

/** A question in one namespace. */
export interface Question {
  readonly namespace: string;
  readonly cell: Cell;
}

/** The authorizer's caches follow its own writes by milliseconds; one that is 2 s behind is in trouble. */
const LAG_MS = 2_000;
/** Only ever asked about, never made: what it may do, everybody's grant identity may do. */
const NEVER_USED = "g-nobody-0";
/** Where no grant ever reaches; one of them is outside of any grant's namespaces. */
const FOREIGN_NAMESPACES = [GRANTS_NAMESPACE, "kube-system"];

/** Takes a grant's namespaces and its role's rules; returns what must be answered yes and what no. */
export function questionsOf(namespaces: readonly string[], rules: RoleRules): { yes: Question[]; no: Question[] } {
  const cells = cellsOf(rules);
  const canaries = CANARIES.filter((cell) => !allows(rules, cell));
  const foreign = FOREIGN_NAMESPACES.find((one) => !namespaces.includes(one));
  const [first] = cells;
  return {
    yes: namespaces.flatMap((namespace) => cells.map((cell) => ({ namespace, cell }))),
    no: [
      ...namespaces.flatMap((namespace) => canaries.map((cell) => ({ namespace, cell }))),
      ...(foreign !== undefined && first !== undefined ? [{ namespace: foreign, cell: first }] : []),
    ],
  };
}

/** What came of a question. `denied`: an authorizer said no for good, which is more than nobody saying yes. */
export type Answer = "yes" | "no" | "denied";

/**
 * Takes a connection with the identity's own token; returns the answer to one question about itself. A token can be
 * so new that the API server does not know it yet (401): it is asked again until it should be known.
 */
export async function askItself(api: AuthorizationV1Api, { namespace, cell }: Question): Promise<Answer> {
  const body = { spec: { resourceAttributes: attributes(namespace, cell) } };
  const giveUpAt = performance.now() + LAG_MS;
  for (;;) {
    try {
      const { status } = await api.createSelfSubjectAccessReview({ body });
      if (status?.allowed === true) return "yes";
      return status?.denied === true ? "denied" : "no";
    } catch (error) {
      if (statusCode(error) !== 401 || performance.now() > giveUpAt) throw error;
      await wait(20);
    }
  }
}

/**
 * Takes the worker's connection and an account's name; returns whether that account may, with all it inherits: by
 * user name alone the answer is no even where its groups are allowed.
 */
export async function askAbout(api: AuthorizationV1Api, account: string, { namespace, cell }: Question) {
  const { status } = await api.createSubjectAccessReview({
    body: {
      spec: {
        user: userName(account),
        groups: ["system:serviceaccounts", `system:serviceaccounts:${GRANTS_NAMESPACE}`, "system:authenticated"],
        resourceAttributes: attributes(namespace, cell),
      },
    },
  });
  return status?.allowed === true;
}

/** As `askAbout`, for an account that never existed: what it may do is inherited, not granted. */
export function askAboutNobody(api: AuthorizationV1Api, question: Question): Promise<boolean> {
  return askAbout(api, NEVER_USED, question);
}

/**
 * Takes a check that returns what is not yet as it should be, told what was left the last time (null at first);
 * repeats it until nothing is left or the authorizer should have caught up. Returns what was left at the last look.
 */
export async function untilSettled<T>(
  check: (before: readonly T[] | null) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const giveUpAt = performance.now() + LAG_MS;
  let left = await check(null);
  for (let pauseMs = 2; left.length > 0 && performance.now() < giveUpAt; pauseMs = Math.min(pauseMs * 2, 100)) {
    await wait(pauseMs);
    left = await check(left);
  }
  return left;
}

/** Takes questions; returns them for people: `get secrets in payments, delete pods in shop`. */
export function sayQuestions(questions: readonly Question[]): string {
  return questions.map(({ namespace, cell }) => `${sayCell(cell)} in ${namespace}`).join(", ");
}

function attributes(namespace: string, { verb, group, resource, subresource, name }: Cell): V1ResourceAttributes {
  return {
    namespace,
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
  };
}
