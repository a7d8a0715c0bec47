import { randomBytes } from "node:crypto";
import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { describe, expect, test } from "vitest";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Millis } from "../../src/workflows/person.ts";
import type { Clusters, SealingKey } from "../../src/workflows/ports.ts";

/** Clusters, of which one answers and one does not. */
export interface ClustersUnderTest {
  readonly clusters: Clusters;
  readonly cluster: string;
  /** A cluster that never answers. */
  readonly silent: string;
  /** Two namespaces that are open to Daypass, and one that is not. */
  readonly open: readonly [string, string];
  readonly closed: string;
  now(): Millis;
  /** GETs a namespace's pods with a kubeconfig; returns the status. */
  ask(kubeconfig: string, namespace: string): Promise<number>;
}

/** Takes which clusters they are and how to get them; declares what all of them promise. */
export function describeClusters(name: string, setup: () => Promise<ClustersUnderTest>): void {
  describe(name, () => {
    test("facts name the open namespaces and the catalogue's hashes, and no other namespace", async () => {
      const { clusters, cluster, open, closed } = await setup();

      const facts = await clusters.facts(cluster);

      expect(facts.cluster).toBe(cluster);
      expect(facts.namespaces).toEqual(expect.arrayContaining([...open]));
      expect(facts.namespaces).not.toContain(closed);
      expect(Object.keys(facts.roles).sort()).toEqual(
        ["logs", "restart", "view"].map((profile) => `daypass-profile-${profile}`),
      );
      expect(new Set(Object.values(facts.roles).map(({ hash }) => hash)).size).toBe(3);
    });

    test("facts tell the labels of the cluster and of each open namespace, and how dangerous each role is", async () => {
      const { clusters, cluster, open } = await setup();

      const facts = await clusters.facts(cluster);

      expect(facts.labels).toEqual({ env: "test" });
      expect(Object.keys(facts.namespaceLabels)).toEqual(facts.namespaces);
      expect(facts.namespaceLabels[open[0]]).toMatchObject({ "kubernetes.io/metadata.name": open[0] });
      expect(
        Object.values(facts.roles)
          .map(({ risk }) => risk.tier)
          .toSorted(),
      ).toEqual(["low", "low", "medium"]);
    });

    test("P3 · a grant is proven before make says so, in each of its namespaces and nowhere else", async () => {
      const under = await setup();
      const { clusters, open, closed, ask } = under;
      const grant = await newGrant(under, { namespaces: open });

      expect(await clusters.make(grant)).toEqual({ proven: true });

      const { kubeconfig } = await handOver(clusters, grant, 1);
      expect(await ask(kubeconfig, open[0])).toBe(200);
      expect(await ask(kubeconfig, open[1])).toBe(200);
      expect(await ask(kubeconfig, closed)).toBe(403);
      await clusters.end(grant, 0);
    });

    test("making it again is the same grant", async () => {
      const under = await setup();
      const grant = await newGrant(under);
      await under.clusters.make(grant);
      const { kubeconfig } = await handOver(under.clusters, grant, 1);

      expect(await under.clusters.make(grant)).toEqual({ proven: true });

      expect(await under.ask(kubeconfig, under.open[0])).toBe(200);
      await under.clusters.end(grant, 0);
    });

    test("a role that is not as it was approved is refused, and so is one that is gone", async () => {
      const under = await setup();
      const { clusters } = under;
      const changed = await newGrant(under, { roleHash: `sha256:${"0".repeat(64)}` });
      const gone = await newGrant(under, { role: "daypass-profile-gone" });

      expect(await clusters.make(changed)).toMatchObject({ refusedBecause: "roleChanged" });
      expect(await clusters.make(gone)).toMatchObject({ refusedBecause: "roleChanged" });

      await clusters.end(changed, 0);
      await clusters.end(gone, 0);
    });

    test("a namespace that is not open is refused by name, and what was made of it can be ended", async () => {
      const under = await setup();
      const { clusters, open, closed } = under;
      const grant = await newGrant(under, { namespaces: [open[0], closed] });

      const answer = await clusters.make(grant);

      expect(answer).toMatchObject({ refusedBecause: "clusterRefused", words: expect.stringContaining(closed) });
      expect(await clusters.end(grant, 0)).toEqual({ refused: true });
      await expect.poll(() => clusters.overdue(grant.cluster, grant.end)).not.toContainEqual(accessOf(grant));
    });

    test("P1 · a grant whose end has passed is not made", async () => {
      const under = await setup();
      const { clusters, now } = under;
      const grant = await newGrant(under, { end: now() - 1000 });

      expect(await clusters.make(grant)).toMatchObject({ refusedBecause: "clusterRefused" });

      await clusters.end(grant, 0);
    });

    test("the timer is missing before, armed soon after, missing when the grant is ended", async () => {
      const under = await setup();
      const grant = await newGrant(under);

      expect(await under.clusters.timer(grant)).toBe("missing");
      await under.clusters.make(grant);
      await expect.poll(() => under.clusters.timer(grant), { timeout: 5_000 }).toBe("armed");
      await under.clusters.end(grant, 0);
      await expect.poll(() => under.clusters.timer(grant), { timeout: 10_000 }).toBe("missing");
    });

    test("P4 · a delivery opens with the key it was sealed to and with no other", async () => {
      const under = await setup();
      const { clusters } = under;
      const grant = await newGrant(under);
      await clusters.make(grant);
      const [mine, other] = [await newKey("delivery-1"), await newKey("delivery-1")];

      const delivered = await clusters.deliver(grant, 1, mine.key);

      if (delivered === "taken") throw new Error("a first delivery was taken");
      expect(delivered.jti).not.toBe("");
      expect(delivered.sealed.split(".")).toHaveLength(5);
      const opened = await mine.open(delivered.sealed);
      expect(opened.kid).toBe("delivery-1");
      expect(opened.fileName).toBe(`daypass-${grant.cluster}.yaml`);
      expect(opened.tryFirst).toBe(`kubectl --kubeconfig ${opened.fileName} -n ${grant.namespaces[0]} get pods`);
      expect(opened.expiresAt).toBeLessThanOrEqual(grant.end);
      expect(opened.expiresAt).toBeGreaterThan(grant.end - 2_000);
      await expect(other.open(delivered.sealed)).rejects.toThrow();
      await clusters.end(grant, 0);
    });

    test("a delivery's number is used once, and a new delivery ends the one before", async () => {
      const under = await setup();
      const { clusters, open, ask } = under;
      const grant = await newGrant(under);
      await clusters.make(grant);
      const first = await handOver(clusters, grant, 1);
      expect(await ask(first.kubeconfig, open[0])).toBe(200);

      expect(await clusters.deliver(grant, 1, (await newKey("again")).key)).toBe("taken");
      const second = await handOver(clusters, grant, 2);

      await expect.poll(() => ask(first.kubeconfig, open[0]), { timeout: 11_500, interval: 250 }).toBe(401);
      expect(await ask(second.kubeconfig, open[0])).toBe(200);
      await clusters.end(grant, 0);
    });

    test("one delivery ends alone, and one that never was ends as well", async () => {
      const under = await setup();
      const { clusters, open, ask } = under;
      const grant = await newGrant(under);
      await clusters.make(grant);
      const first = await handOver(clusters, grant, 1);

      await clusters.endDelivery(grant, 1);
      await clusters.endDelivery(grant, 7);

      await expect.poll(() => ask(first.kubeconfig, open[0]), { timeout: 11_500, interval: 250 }).toBe(401);
      expect(await ask((await handOver(clusters, grant, 2)).kubeconfig, open[0])).toBe(200);
      await clusters.end(grant, 0);
    });

    test("nothing is delivered of a grant that is not there", async () => {
      const under = await setup();
      const { clusters } = under;
      const grant = await newGrant(under);
      const { key } = await newKey("none");

      await expect(clusters.deliver(grant, 1, key)).rejects.toThrow();

      await clusters.make(grant);
      await clusters.end(grant, 0);
      await expect(clusters.deliver(grant, 1, key)).rejects.toThrow();
    });

    test("P1 · when end says so, the cluster refuses what it allowed before, and other grants go on", async () => {
      const under = await setup();
      const { clusters, open, ask } = under;
      const [grant, other] = [await newGrant(under), await newGrant(under)];
      await Promise.all([clusters.make(grant), clusters.make(other)]);
      const [mine, theirs] = [await handOver(clusters, grant, 1), await handOver(clusters, other, 1)];
      expect(await ask(mine.kubeconfig, open[0])).toBe(200);

      expect(await clusters.end(grant, 0)).toEqual({ refused: true });

      expect([401, 403]).toContain(await ask(mine.kubeconfig, open[0]));
      expect(await ask(theirs.kubeconfig, open[0])).toBe(200);
      await clusters.end(other, 0);
    });

    test("ending twice, or what never was, is ending", async () => {
      const under = await setup();
      const { clusters } = under;
      const grant = await newGrant(under);

      expect(await clusters.end(grant, 0)).toEqual({ refused: true });
      await clusters.make(grant);
      await clusters.end(grant, 0);
      expect(await clusters.end(grant, 0)).toEqual({ refused: true });
    });

    test("P1 · the cluster itself lists what is overdue, with all that it takes to end it", async () => {
      const under = await setup();
      const { clusters, cluster, open } = under;
      const grant = await newGrant(under, { namespaces: open });
      await clusters.make(grant);

      const overdueAt = (now: Millis) => () => clusters.overdue(cluster, now);
      // A cluster may answer from a cache that is some milliseconds behind.
      await expect.poll(overdueAt(grant.end)).toContainEqual(accessOf(grant));
      await expect.poll(overdueAt(grant.end + 300_000)).toContainEqual(accessOf(grant));
      expect(await overdueAt(grant.end - 1)()).not.toContainEqual(accessOf(grant));
      expect(await overdueAt(grant.end + 360_000)()).not.toContainEqual(accessOf(grant));

      await clusters.end(accessOf(grant), 0);
      await expect.poll(overdueAt(grant.end)).not.toContainEqual(accessOf(grant));
    });

    test("a silent cluster throws within its deadline and holds up no other", async () => {
      const under = await setup();
      const { clusters, silent } = under;
      const grant = await newGrant(under);
      const there = { ...grant, cluster: silent };

      await expect(clusters.make(there)).rejects.toThrow(`${silent} does not answer`);
      await expect(clusters.end(there, 0)).rejects.toThrow(`${silent} does not answer`);
      await expect(clusters.overdue(silent, grant.end)).rejects.toThrow(`${silent} does not answer`);

      expect(await clusters.make(grant)).toEqual({ proven: true });
      await clusters.end(grant, 0);
    });

    test("a cluster that nobody wrote down throws", async () => {
      const { clusters, cluster, silent } = await setup();

      expect(clusters.ids).toEqual([cluster, silent]);
      await expect(clusters.facts("elsewhere")).rejects.toThrow("there is no cluster elsewhere in clusters.yaml");
    });
  });
}

/** Takes what differs; returns a grant of the logs profile in the first open namespace, with the role's hash of now. */
export async function newGrant(
  { clusters, cluster, open, now }: Pick<ClustersUnderTest, "clusters" | "cluster" | "open" | "now">,
  changes: Partial<Lent> = {},
): Promise<Lent> {
  const { roles } = await clusters.facts(cluster);
  const profile = changes.profile ?? "logs";
  const role = changes.role ?? `daypass-profile-${profile}`;
  const id = `${Array.from(randomBytes(10), (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("")}a`;
  return {
    ...{ id, version: 1, request: id.slice(0, -1), grantee: "mia" },
    ...{ decidedBy: { kind: "approval", people: ["ada"] }, decidedAt: now(), end: now() + 900_000 },
    ...{ startsAt: null, extends: null },
    ...{ cluster, namespaces: [open[0]], profile, role, roleHash: roles[role]?.hash ?? `sha256:${"1".repeat(64)}` },
    ...changes,
  };
}

function accessOf({ id, cluster, namespaces, end }: Lent) {
  return { id, cluster, namespaces, end };
}

/** A one-use key pair as the bot makes it, and what opens an answer to it. */
async function newKey(kid: string): Promise<{ key: SealingKey; open(sealed: string): Promise<Opened> }> {
  const { publicKey, privateKey } = await generateKeyPair("ECDH-ES", { crv: "P-256", extractable: true });
  return {
    key: { ...(await exportJWK(publicKey)), kid },
    async open(sealed) {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey);
      return { ...JSON.parse(new TextDecoder().decode(plaintext)), kid: protectedHeader.kid };
    },
  };
}

interface Opened {
  readonly kubeconfig: string;
  readonly fileName: string;
  readonly tryFirst: string;
  readonly expiresAt: Millis;
  readonly kid: string;
}

/** Takes a grant and a number; returns what its grantee is shown. */
export async function handOver(clusters: Clusters, grant: Lent, n: number): Promise<Opened> {
  const { key, open } = await newKey(`delivery-${n}`);
  const delivered = await clusters.deliver(grant, n, key);
  if (delivered === "taken") throw new Error(`delivery ${n} was taken`);
  return open(delivered.sealed);
}
