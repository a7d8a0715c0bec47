import { expect, test } from "vitest";
import { parse } from "yaml";
import { fileName, kubeconfig } from "./kubeconfig.ts";

/** As long as one certificate with an RSA key of 4096 bits. */
const CA = `-----BEGIN CERTIFICATE-----\n${"QUJD".repeat(480)}\n-----END CERTIFICATE-----\n`;
const PARTS = {
  ...{ cluster: "prod", server: "https://prod.example:6443", ca: CA, tlsServerName: null },
  ...{ token: `head.${"x".repeat(1000)}.signature`, namespace: "payments" },
};

test("a kubeconfig has one context, which is the current one", () => {
  const read = parse(kubeconfig(PARTS));

  expect(read).toMatchObject({
    ...{ apiVersion: "v1", kind: "Config", "current-context": "daypass-prod" },
    contexts: [{ name: "daypass-prod", context: { cluster: "prod", user: "daypass-prod", namespace: "payments" } }],
    clusters: [{ name: "prod", cluster: { server: PARTS.server } }],
    users: [{ name: "daypass-prod", user: { token: PARTS.token } }],
  });
  expect(fileName("prod")).toBe("daypass-prod.yaml");
});

test("the CA comes back to the byte, in lines of which none is long", () => {
  const text = kubeconfig(PARTS);

  const { cluster } = parse(text).clusters[0];
  expect(Buffer.from(cluster["certificate-authority-data"], "base64").toString()).toBe(CA);
  const long = text.split("\n").filter((line) => line.length > 80);
  expect(long).toEqual([`      token: ${PARTS.token}`]);
});

test("the token's line is the last, and the only one with a secret", () => {
  const lines = kubeconfig(PARTS).trimEnd().split("\n");

  expect(lines.at(-1)).toContain(PARTS.token);
  expect(lines.slice(0, -1).join("\n")).not.toContain("signature");
});

test("without a CA of its own a cluster is trusted as the system trusts; another name for TLS is kept", () => {
  const read = parse(kubeconfig({ ...PARTS, ca: null, tlsServerName: "kubernetes" }));

  expect(read.clusters[0].cluster).toEqual({ server: PARTS.server, "tls-server-name": "kubernetes" });
});
