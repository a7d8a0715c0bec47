import { describe, expect, test } from "vitest";
import type { Lent } from "../../src/workflows/grant.ts";
import { type ClustersUnderTest, newGrant } from "./clusters.contract.ts";

/** What somebody with more rights than Daypass does in a cluster. */
export interface Hand {
  /** Makes a namespace that is open to Daypass; returns its name. */
  openNamespace(): Promise<string>;
  deleteNamespace(namespace: string): Promise<void>;
  /** Gives somebody else the grant's rights as well, in one namespace. */
  editBinding(grant: Lent, namespace: string): Promise<void>;
  removeBinding(grant: Lent, namespace: string): Promise<void>;
  removeAccount(grant: Lent): Promise<void>;
  removeTimer(grant: Lent): Promise<void>;
  removeAccessGrant(grant: Lent): Promise<void>;
  changeRole(role: string): Promise<void>;
  removeRole(role: string): Promise<void>;
  restoreRoles(): Promise<void>;
}

export interface HandledUnderTest extends ClustersUnderTest {
  readonly hand: Hand;
}

/** What a hand does to a grant's objects, and what is to be said of it. */
export const DEEDS: readonly [string, (hand: Hand, grant: Lent, namespace: string) => Promise<void>, string][] = [
  [
    "a binding removed",
    (hand, grant, at) => hand.removeBinding(grant, at),
    "the RoleBinding in NAMESPACE was removed by hand",
  ],
  [
    "a binding changed",
    (hand, grant, at) => hand.editBinding(grant, at),
    "the RoleBinding in NAMESPACE was changed by hand",
  ],
  ["the timer removed", (hand, grant) => hand.removeTimer(grant), "the timer Job was removed by hand"],
  ["the identity removed", (hand, grant) => hand.removeAccount(grant), "the ServiceAccount was removed by hand"],
  ["the AccessGrant removed", (hand, grant) => hand.removeAccessGrant(grant), "its AccessGrant was removed by hand"],
];

/** As `describeClusters`: what all of them promise of seeing what goes on in a cluster. */
export function describeInspecting(name: string, setup: () => Promise<HandledUnderTest>): void {
  describe(`${name}: a grant in mid-life`, () => {
    test("has nothing wrong with it while nobody touches it", async () => {
      const under = await setup();
      const grant = await makeGrant(under, { namespaces: under.open });

      expect(await under.clusters.inspect(grant)).toBeNull();

      await under.clusters.end(grant, 0);
    });

    test.each(DEEDS)("P7 · is changed by hand: %s, and is ended still", async (_, deed, words) => {
      const under = await setup();
      const grant = await makeGrant(under, { namespaces: under.open });

      await deed(under.hand, grant, under.open[1]);

      const damage = { why: "changedByHand", words: words.replace("NAMESPACE", under.open[1]) };
      await expect.poll(() => under.clusters.inspect(grant)).toEqual(damage);
      expect(await under.clusters.end(grant, 0)).toEqual({ refused: true });
    });

    test("P7 · loses a namespace, and is ended still", async () => {
      const under = await setup();
      const doomed = await under.hand.openNamespace();
      const grant = await makeGrant(under, { namespaces: [under.open[0], doomed] });

      await under.hand.deleteNamespace(doomed);

      const damage = { why: "namespaceDeleted", words: `the namespace ${doomed} was deleted` };
      await expect.poll(() => under.clusters.inspect(grant), { timeout: 10_000 }).toEqual(damage);
      const ended = () => under.clusters.end(grant, 0).catch((error: unknown) => error);
      await expect.poll(ended, { timeout: 20_000 }).toEqual({ refused: true });
    });

    test("P9 · has a role that allows something else now, or is gone", async () => {
      const under = await setup();
      const grant = await makeGrant(under, { profile: "restart" });
      try {
        await under.hand.changeRole(grant.role);
        expect(await under.clusters.inspect(grant)).toEqual({
          ...{ why: "roleChanged", words: `what ${grant.role} allows in ${grant.cluster} is not what was approved` },
        });

        await under.hand.removeRole(grant.role);
        expect(await under.clusters.inspect(grant)).toEqual({
          ...{ why: "roleChanged", words: `${grant.role} is no longer in ${grant.cluster}` },
        });
      } finally {
        await under.hand.restoreRoles();
      }
      expect(await under.clusters.inspect(grant)).toBeNull();
      await under.clusters.end(grant, 0);
    });

    test("of a silent cluster is no damage: nobody knows", async () => {
      const under = await setup();
      const grant = await newGrant(under);

      const there = { ...grant, cluster: under.silent };
      await expect(under.clusters.inspect(there)).rejects.toThrow(`${under.silent} does not answer`);
    });
  });

  test(`${name}: facts tell of no skew where clocks agree`, async () => {
    const { clusters, cluster } = await setup();

    expect((await clusters.facts(cluster)).skewMs).toBe(0);
  });
}

/** Takes clusters and what differs; returns a grant that is made and proven. */
export async function makeGrant(under: ClustersUnderTest, changes: Partial<Lent> = {}): Promise<Lent> {
  const grant = await newGrant(under, changes);
  expect(await under.clusters.make(grant)).toEqual({ proven: true });
  return grant;
}
