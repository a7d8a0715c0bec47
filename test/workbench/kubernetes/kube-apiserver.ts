import { generateKeyPair, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Child, Guardian } from "../guardian.ts";
import { findFreePort } from "../ports.ts";
import { waitUntil } from "../readiness.ts";
import { apiGet } from "./api-request.ts";
import type { Etcd } from "./etcd.ts";

export interface ApiServer {
  child: Child;
  url: string;
  caFile: string;
  /** The pair that it serves with; it names 127.0.0.1 and localhost. */
  certificateFile: string;
  keyFile: string;
  serviceAccountKeyFile: string;
  auditLog: string;
  tokens: { admin: string; controllerManager: string; kwok: string };
}

export interface ApiServerOptions {
  guardian: Guardian;
  program: string;
  folder: string;
  etcd: Promise<Etcd>;
}

const auditPolicy = join(import.meta.dirname, "audit-policy.yaml");

/**
 * Starts an API server with RBAC, its default admission plugins and an audit log. Resolves when it answers; about a
 * second later, which `waitUntilReady` awaits, it has made the roles that are built in.
 */
export async function startApiServer({ guardian, program, folder, etcd }: ApiServerOptions): Promise<ApiServer> {
  const [port, keys] = await Promise.all([findFreePort(), writeServiceAccountKeys(folder)]);
  const url = `https://127.0.0.1:${port}`;
  const certificates = join(folder, "certificates");
  const auditLog = join(folder, "audit.log");
  const { tokens, tokenFile } = writeTokens(folder);
  const child = guardian.spawn("kube-apiserver", program, [
    `--etcd-servers=${(await etcd).url}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    // Nothing reaches this API server through the cluster's own Service; a loopback address there is refused.
    "--endpoint-reconciler-type=none",
    `--secure-port=${port}`,
    // It makes itself a certificate for 127.0.0.1 there, signed by an authority of its own.
    `--cert-dir=${certificates}`,
    `--token-auth-file=${tokenFile}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${keys.publicKeyFile}`,
    `--service-account-signing-key-file=${keys.privateKeyFile}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    `--audit-policy-file=${auditPolicy}`,
    `--audit-log-path=${auditLog}`,
    // An event is in the file before its answer is sent, and the file stays one.
    "--audit-log-mode=blocking",
    "--audit-log-maxsize=0",
  ]);

  const certificateFile = join(certificates, "apiserver.crt");
  const keyFile = join(certificates, "apiserver.key");
  const path = "/apis/apiextensions.k8s.io/v1";
  const answers = async () =>
    existsSync(keyFile) &&
    (await apiGet({ server: url, path, caFile: certificateFile, token: tokens.admin })).status === 200;
  await waitUntil({ what: "kube-apiserver answers", probe: answers, child });
  const caFile = writeAuthority(certificateFile, join(folder, "ca.crt"));
  return {
    child,
    url,
    caFile,
    certificateFile,
    keyFile,
    serviceAccountKeyFile: keys.privateKeyFile,
    auditLog,
    tokens,
  };
}

/** Resolves when the API server calls itself ready. */
export async function waitUntilReady({ child, url, caFile }: ApiServer): Promise<void> {
  const ready = async () => (await apiGet({ server: url, path: "/readyz", caFile })).status === 200;
  await waitUntil({ what: "kube-apiserver is ready", probe: ready, child });
}

async function writeServiceAccountKeys(folder: string): Promise<{ publicKeyFile: string; privateKeyFile: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const publicKeyFile = join(folder, "service-accounts.pub");
  const privateKeyFile = join(folder, "service-accounts.key");
  await writeFile(publicKeyFile, publicKey);
  await writeFile(privateKeyFile, privateKey, { mode: 0o600 });
  return { publicKeyFile, privateKeyFile };
}

function writeTokens(folder: string): { tokens: ApiServer["tokens"]; tokenFile: string } {
  const newToken = () => randomBytes(24).toString("base64url");
  const tokens = { admin: newToken(), controllerManager: newToken(), kwok: newToken() };
  const tokenFile = join(folder, "tokens.csv");
  // The controller-manager has the rights that Kubernetes itself binds to this user's name, and no more.
  const rows = [
    `${tokens.admin},workbench:admin,workbench-admin,system:masters`,
    `${tokens.controllerManager},system:kube-controller-manager,kube-controller-manager`,
    `${tokens.kwok},workbench:kwok,workbench-kwok,system:masters`,
  ];
  writeFileSync(tokenFile, `${rows.join("\n")}\n`, { mode: 0o600 });
  return { tokens, tokenFile };
}

/** The served file holds the server's certificate, then the authority's: clients get the authority's alone. */
function writeAuthority(certificateFile: string, path: string): string {
  const certificates =
    readFileSync(certificateFile, "utf8").match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----\n/g) ?? [];
  const authority = certificates.at(-1);
  if (authority === undefined) throw new Error("kube-apiserver wrote no certificate");
  writeFileSync(path, authority);
  return path;
}
