import { ApiException } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { asTrouble, explain, RefusedByCluster } from "./cluster-trouble.ts";
import { NoAnswer } from "./undici-http.ts";

function answered(code: number, message?: string, headers: Record<string, string> = {}) {
  const body = message === undefined ? undefined : JSON.stringify({ kind: "Status", message });
  return new ApiException(code, "unused", body, headers);
}

const unreachable = new NoAnswer(Object.assign(new Error("no"), { code: "ECONNREFUSED" }));

describe("what went wrong while making", () => {
  test.each([400, 403, 404, 422])("%i is the cluster's no, in its own words", (code) => {
    const refused = explain("prod", "bind a role", answered(code, "not here"));

    expect(refused).toBeInstanceOf(RefusedByCluster);
    expect(refused).toMatchObject({
      refusal: { refusedBecause: "clusterRefused", words: "prod refuses to bind a role: not here" },
    });
  });

  test.each([401, 409, 429, 500, 503, 504])("%i can pass, so it is trouble", (code) => {
    expect(explain("prod", "bind a role", answered(code, "busy"))).toBeInstanceOf(ClusterTrouble);
  });

  test("a refusal stays the refusal that it is", () => {
    const refusal = new RefusedByCluster("roleChanged", "changed");

    expect(explain("prod", "make the grant", refusal)).toBe(refusal);
  });
});

describe("trouble", () => {
  test("of a connection is silence, with its code", () => {
    expect(asTrouble("prod", "look", unreachable)).toMatchObject({
      ...{ message: "prod does not answer (ECONNREFUSED)", silent: true, retryAfterMs: null, cluster: "prod" },
    });
  });

  test("of our own making is not called silence", () => {
    expect(asTrouble("prod", "hand over the credential", new TypeError("no such key"))).toMatchObject({
      ...{ message: "prod could not hand over the credential", silent: false },
    });
  });

  test("says what to do about a credential or rights", () => {
    expect(asTrouble("prod", "look", answered(401)).message).toContain("renew the kubeconfig");
    expect(asTrouble("prod", "look", answered(403, "no")).message).toContain("apply deploy/cluster again");
  });

  test("keeps how long the cluster asked to wait", () => {
    expect(asTrouble("prod", "look", answered(429, "slow", { "retry-after": "7" })).retryAfterMs).toBe(7_000);
    expect(asTrouble("prod", "look", answered(503)).retryAfterMs).toBeNull();
  });

  test("does not carry the answer's headers and body into a log", () => {
    const trouble = asTrouble("prod", "look", answered(500, "broken", { "x-secret": "header" }));

    expect(String(trouble.cause)).toBe("Error: HTTP 500: broken");
    expect(JSON.stringify(trouble)).not.toContain("header");
  });

  test("survives answers that are no Status", () => {
    for (const body of ["<html>", "null", '"text"', '{"message":7}']) {
      const error = new ApiException(502, "unused", body, {});
      expect(asTrouble("prod", "look", error).message).toBe("prod could not look (502)");
    }
  });
});
