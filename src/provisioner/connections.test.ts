import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asTrouble } from "./cluster-trouble.ts";
import { type Connection, connect } from "./connections.ts";

let server: Server;
let folder: string;
let kubeconfig: string;
let sockets: Set<Socket>;
let heard: { readonly socket: Socket; readonly authorization: string | undefined }[];
let open: Connection[];
let silent: boolean;
let busy: boolean;

beforeEach(async () => {
  [sockets, heard, open, silent, busy] = [new Set(), [], [], false, false];
  server = createServer((request: IncomingMessage, response) => {
    heard.push({ socket: request.socket, authorization: request.headers.authorization });
    if (silent) return;
    if (busy) {
      response.writeHead(429, { "retry-after": "2" }).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end('{"status":{"allowed":true}}');
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "daypass-connections-"));
  kubeconfig = join(folder, "kubeconfig");
  const { port } = server.address() as AddressInfo;
  const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  const [clusters, users] = [[{ name: "c", cluster }], [{ name: "u", user: { token: "the-workers" } }]];
  const contexts = [{ name: "x", context: { cluster: "c", user: "u" } }];
  await writeFile(kubeconfig, JSON.stringify({ clusters, users, contexts, "current-context": "x" }));
});

afterEach(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function connected(): Connection {
  const connection = connect({ id: "prod", kubeconfig });
  open.push(connection);
  return connection;
}

const BODY = { body: { spec: {} } };

test("calls one after another share a connection or two, with the worker's token", async () => {
  const { authorization, core } = connected();

  for (let i = 0; i < 10; i++) await authorization.createSelfSubjectAccessReview(BODY);
  await core.readNamespacedServiceAccount({ namespace: "a", name: "b" });

  expect(sockets.size).toBeLessThanOrEqual(2);
  expect(new Set(heard.map((one) => one.authorization))).toEqual(new Set(["Bearer the-workers"]));
});

test("somebody else's token never goes over the worker's connections, and trials share theirs", async () => {
  const connection = connected();
  await connection.authorization.createSelfSubjectAccessReview(BODY);
  for (let i = 0; i < 6; i++) await connection.asBearer(`trial-${i}`).createSelfSubjectAccessReview(BODY);
  await connection.authorization.createSelfSubjectAccessReview(BODY);

  const isTrial = ({ authorization }: { authorization: string | undefined }) => authorization !== "Bearer the-workers";
  const [trials, own] = [heard.filter(isTrial), heard.filter((one) => !isTrial(one))];
  expect(trials.map((one) => one.authorization)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `Bearer trial-${i}`));
  const theirs = new Set(trials.map(({ socket }) => socket));
  expect(theirs.size).toBeLessThanOrEqual(2);
  expect(own.map(({ socket }) => theirs.has(socket))).toEqual([false, false]);

  await connection.close();
  await expect.poll(() => [...theirs].every((socket) => socket.destroyed)).toBe(true);
});

test("a server that never answers is given up after three seconds", async () => {
  silent = true;
  const beganAt = performance.now();

  const error = await connected()
    .authorization.createSelfSubjectAccessReview(BODY)
    .catch((cause: unknown) => cause);

  expect(asTrouble("prod", "look", error).silent).toBe(true);
  expect(performance.now() - beganAt).toBeLessThan(5_000);
});

test("P12 · a silent server holds few calls up, and one answer opens it for all again", async () => {
  silent = true;
  const { authorization, cutting } = connected();
  const ask = () => authorization.createSelfSubjectAccessReview(BODY).catch((cause: unknown) => cause);
  await Promise.all(Array.from({ length: 10 }, ask));
  const trying = Array.from({ length: 10 }, ask);
  const beganAt = performance.now();

  const refused = await Promise.all(Array.from({ length: 200 }, ask));
  const cut = await cutting.readNamespacedRoleBinding({ namespace: "a", name: "b" }).catch((cause: unknown) => cause);

  expect(performance.now() - beganAt).toBeLessThan(500);
  expect(refused.every((error) => asTrouble("prod", "look", error).silent)).toBe(true);
  expect(asTrouble("prod", "look", cut).silent).toBe(true);
  await Promise.all(trying);
  silent = false;
  expect(await ask()).toMatchObject({ status: { allowed: true } });
  expect(await Promise.all(Array.from({ length: 30 }, ask))).not.toContainEqual(expect.any(Error));
});

test("P12 · calls to a server that takes connections and never speaks all fail within their deadline, and go on then", async () => {
  const mute = createTcpServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const text = await readFile(kubeconfig, "utf8");
  await writeFile(kubeconfig, text.replace(/http:[^"]+/, `https://127.0.0.1:${(mute.address() as AddressInfo).port}`));
  const { authorization } = connected();
  const ask = () => authorization.createSelfSubjectAccessReview(BODY).catch((cause: unknown) => cause);

  for (const round of [1, 2]) {
    const beganAt = performance.now();
    const errors = await Promise.all(Array.from({ length: 30 }, ask));
    expect(
      errors.every((error) => asTrouble("prod", "look", error).silent),
      `round ${round}`,
    ).toBe(true);
    expect(performance.now() - beganAt).toBeLessThan(4_500);
  }

  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => mute.close(resolve));
});

test("a server that asks for time is not called by anybody until that has passed", async () => {
  busy = true;
  const connection = connected();
  const look = () => connection.core.readNamespacedServiceAccount({ namespace: "a", name: "b" });
  await expect(look()).rejects.toMatchObject({ code: 429 });
  busy = false;
  const askedAt = performance.now();

  const others = [look, () => connection.asBearer("trial").createSelfSubjectAccessReview(BODY)];
  for (const call of others) await expect(call()).rejects.toMatchObject({ name: "ClusterTrouble", silent: false });

  expect(heard).toHaveLength(1);
  await expect
    .poll(
      () =>
        look().then(
          () => true,
          () => false,
        ),
      { timeout: 4_000 },
    )
    .toBe(true);
  expect(performance.now() - askedAt).toBeGreaterThan(1_900);
});

test("P12 · of many calls made at once a server that is silent gets a hundred, and the others fail with them", async () => {
  silent = true;
  const { authorization } = connected();

  const calls = Array.from({ length: 500 }, () => authorization.createSelfSubjectAccessReview(BODY).catch(() => null));

  const beganAt = performance.now();
  await Promise.all(calls);

  expect(performance.now() - beganAt).toBeLessThan(6_000);
  expect(heard).toHaveLength(100);
});

test("a kubeconfig that is missing, empty or without the context says whose it is", async () => {
  const empty = join(folder, "empty");
  await writeFile(empty, "{}");

  expect(() => connect({ id: "prod", kubeconfig: join(folder, "none") })).toThrow(
    "the kubeconfig of prod cannot be read",
  );
  expect(() => connect({ id: "prod", kubeconfig: empty })).toThrow("the kubeconfig of prod");
  expect(() => connect({ id: "prod", kubeconfig, context: "other" })).toThrow('has no context "other"');
});
