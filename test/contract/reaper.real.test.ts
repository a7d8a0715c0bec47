import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import * as objects from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { newGrant } from "./clusters.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const CronJob = z.object({
  kind: z.literal("CronJob"),
  spec: z.object({
    jobTemplate: z.object({
      spec: z.object({
        template: z.object({
          spec: z.object({
            serviceAccountName: z.literal("reaper"),
            containers: z.tuple([z.object({ command: z.array(z.string()), args: z.array(z.string()) })]),
          }),
        }),
      }),
    }),
  }),
});

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "reaper");
const programs = mkdtempSync(join(tmpdir(), "daypass-reaper-"));
let reaperKubeconfig = "";

beforeAll(async () => {
  reaperKubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "reaper");
  symlinkSync(kubernetes.coordinates.kubectlProgram, join(programs, "kubectl"));
});

afterAll(() => rmSync(programs, { recursive: true }));

test("P2 · the reaper's own command takes what is overdue by a minute, and the cluster collects what that owns", async () => {
  const { objectsOf } = real.current;
  const overdue = await leaveMade(Date.now() - 65_000);
  const late = await leaveMade(Date.now() - 30_000);
  const active = await leaveMade(Date.now() + 600_000);
  expect(await objectsOf(overdue.id)).toHaveLength(6);

  const { code, stdout, stderr } = await reap();

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(objects.objectName(overdue));
  expect(stdout.trim().split("\n")).toHaveLength(1);
  await expect.poll(() => objectsOf(overdue.id), { timeout: 15_000 }).toEqual([]);
  expect(await objectsOf(late.id)).toHaveLength(6);
  expect(await objectsOf(active.id)).toHaveLength(6);
  for (const grant of [late, active]) await real.current.clusters.end(grant, 1);
});

test("the reaper does nothing where nothing is overdue, and fails where the cluster does not answer", async () => {
  expect(await reap()).toEqual({ code: 0, stdout: "", stderr: "" });

  const nowhere = join(programs, "no-such-kubeconfig");
  const { code, stderr } = await reap(nowhere);

  expect(code).not.toBe(0);
  expect(stderr).not.toBe("");
});

test("the cluster accepts the reaper's pod, and Pod Security has nothing to say against it", async () => {
  const create = ["create", "job", "reaper-by-hand", "-n", "daypass-system", "--from=cronjob/reaper"];

  const { code, stderr } = await kubernetes.kubectl(create);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const pods = ["get", "pods", "-n", "daypass-system", "-l", "job-name=reaper-by-hand", "-o", "name"];
  await expect.poll(() => real.current.admin(...pods), { timeout: 10_000 }).toContain("pod/reaper-by-hand");
  await real.current.admin("delete", "job", "reaper-by-hand", "-n", "daypass-system");
});

describe("the reaper's credential", () => {
  test("P8 · may list and delete AccessGrants, and apart from what every account may, nothing", async () => {
    const list = await asReaper("auth", "can-i", "--list", "--no-headers");

    const rights = list.stdout
      .split("\n")
      .filter((line) => !/^\s|^self\S+reviews\.|^$/.test(line))
      .map((line) => line.trim().split(/\s{2,}/));
    expect(rights).toEqual([["accessgrants.daypass.dev", "[]", "[]", "[list delete]"]]);
  });

  test.each([
    ["get", "accessgrants.daypass.dev"],
    ["watch", "accessgrants.daypass.dev"],
    ["create", "accessgrants.daypass.dev"],
    ["patch", "accessgrants.daypass.dev"],
    ["update", "accessgrants.daypass.dev"],
    ["deletecollection", "accessgrants.daypass.dev"],
    ["get", "secrets"],
    ["list", "secrets"],
    ["list", "pods"],
    ["create", "pods"],
    ["create", "jobs.batch"],
    ["delete", "rolebindings.rbac.authorization.k8s.io"],
    ["create", "rolebindings.rbac.authorization.k8s.io"],
    ["bind", "clusterroles.rbac.authorization.k8s.io"],
    ["delete", "serviceaccounts"],
    ["create", "serviceaccounts/token"],
    ["impersonate", "users"],
    ["list", "namespaces"],
  ])("P8 · cannot %s %s", async (verb, resource) => {
    for (const place of [["-A"], ["-n", "daypass-grants"], ["-n", "daypass-system"]]) {
      expect((await asReaper("auth", "can-i", verb, resource, ...place)).stdout.trim()).toBe("no");
    }
  });
});

function asReaper(...args: readonly string[]) {
  return kubernetes.kubectl(args, { kubeconfig: reaperKubeconfig });
}

/** Runs what the CronJob's container would run, with the token that it would have. */
async function reap(kubeconfig = reaperKubeconfig) {
  const file = readFileSync(join(import.meta.dirname, "../../deploy/cluster/reaper.yaml"), "utf8");
  const [cronJob] = parseAllDocuments(file).flatMap((one) => CronJob.safeParse(one.toJS()).data ?? []);
  if (cronJob === undefined) throw new Error("reaper.yaml has no CronJob as it should be");
  const [{ command, args }] = cronJob.spec.jobTemplate.spec.template.spec.containers;
  const [program = "", ...first] = command;
  const child = spawn(program, [...first, ...args], {
    env: { PATH: [programs, process.env.PATH].join(delimiter), KUBECONFIG: kubeconfig, HOME: "/nonexistent" },
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** Makes all objects of a grant, whenever its end; its timer is far off, so that nothing but the reaper comes for it. */
async function leaveMade(end: number): Promise<Lent> {
  const { create, open } = real.current;
  const grant = await newGrant(real.current, { end, namespaces: open });
  const owner = await create(objects.accessGrant(grant));
  const timer = await create(objects.timerJob(grant, owner.metadata, end - 3_600_000));
  await create(objects.serviceAccount(grant, timer.metadata));
  await create(objects.anchorSecret(grant, 1, timer.metadata));
  for (const namespace of open) await create(objects.roleBinding(grant, namespace, owner.metadata));
  return grant;
}
