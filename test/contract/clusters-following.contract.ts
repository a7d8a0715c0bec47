import { describe, expect, test } from "vitest";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Held, News } from "../../src/workflows/ports.ts";
import type { ClustersUnderTest } from "./clusters.contract.ts";
import { DEEDS, type HandledUnderTest, makeGrant } from "./clusters-inspecting.contract.ts";

/** As `describeClusters`: what all of them promise to whoever follows one. */
export function describeFollowing(name: string, setup: () => Promise<HandledUnderTest>): void {
  describe(`${name}: who follows`, () => {
    test("P11 · hears at once all that the cluster holds, and enough of it to write its record anew", async () => {
      const under = await setup();
      const grant = await makeGrant(under, { namespaces: under.open });

      const ear = follow(under);
      const { all } = await ear.until("list");

      expect(all).toContainEqual({ held: heldOf(grant), damage: null });
      await ear.stop();
      await under.clusters.end(grant, 0);
    });

    test("hears of a grant that is made later, by whomever", async () => {
      const under = await setup();
      const ear = follow(under);
      await ear.until("list");

      const grant = await makeGrant(under);

      expect((await ear.until("made", ({ held }) => held.id === grant.id)).held).toEqual(heldOf(grant));
      await ear.stop();
      await under.clusters.end(grant, 0);
    });

    test.each(DEEDS)("hears of %s", async (_, deed) => {
      const under = await setup();
      const grant = await makeGrant(under);
      const ear = follow(under);
      await ear.until("list");

      await deed(under.hand, grant, under.open[0]);

      await ear.until("changed", (news) => news.grant === grant.id);
      await ear.stop();
      await under.clusters.end(grant, 0);
    });

    test("hears of a namespace that is deleted, by the grant in it", async () => {
      const under = await setup();
      const doomed = await under.hand.openNamespace();
      const grant = await makeGrant(under, { namespaces: [doomed] });
      const ear = follow(under);
      await ear.until("list");

      await under.hand.deleteNamespace(doomed);

      await ear.until("changed", (news) => news.grant === grant.id);
      await ear.stop();
      const ended = () => under.clusters.end(grant, 0).catch((error: unknown) => error);
      await expect.poll(ended, { timeout: 20_000 }).toEqual({ refused: true });
    });

    test("hears of an ending too, which is a change like any other", async () => {
      const under = await setup();
      const grant = await makeGrant(under);
      const ear = follow(under);
      await ear.until("list");

      await under.clusters.end(grant, 0);

      await ear.until("changed", (news) => news.grant === grant.id);
      await ear.stop();
    });

    test("P9 · hears a new list when a role of the catalogue changes, with what is wrong in it", async () => {
      const under = await setup();
      const [grant, other] = [await makeGrant(under, { profile: "restart" }), await makeGrant(under)];
      const ear = follow(under);
      await ear.until("list");

      try {
        await under.hand.changeRole(grant.role);
        const isIn =
          ({ id }: Lent, why: string | null) =>
          (news: Extract<News, { what: "list" }>) =>
            news.all.some(({ held, damage }) => held.id === id && (damage?.why ?? null) === why);

        const news = await ear.until("list", isIn(grant, "roleChanged"));
        expect(isIn(other, null)(news)).toBe(true);
      } finally {
        await under.hand.restoreRoles();
      }
      await ear.stop();
      await under.clusters.end(grant, 0);
      await under.clusters.end(other, 0);
    });

    test.each(DEEDS.slice(0, 4))("hears in the list what lists can show: %s", async (_, deed, words) => {
      const under = await setup();
      const grant = await makeGrant(under);
      await deed(under.hand, grant, under.open[0]);
      const damage = { why: "changedByHand", words: words.replace("NAMESPACE", under.open[0]) };
      await expect.poll(() => under.clusters.inspect(grant)).toEqual(damage);

      const ear = follow(under);
      const { all } = await ear.until("list");

      expect(all.find(({ held }) => held.id === grant.id)?.damage).toEqual(damage);
      await ear.stop();
      await under.clusters.end(grant, 0);
    });

    test("P12 · a silent cluster is followed without a word, until the signal", async () => {
      const under = await setup();
      const ear = follow(under, under.silent);

      await ear.stop();

      expect(ear.heard).toEqual([]);
    });

    test("hears nothing after the signal", async () => {
      const under = await setup();
      const grant = await makeGrant(under);
      const ear = follow(under);
      await ear.until("list");

      await ear.stop();
      const before = ear.heard.length;
      await under.clusters.end(grant, 0);

      expect(ear.heard).toHaveLength(before);
    });
  });
}

function heldOf(grant: Lent): Held {
  const { id, end, cluster, namespaces, request, grantee, decidedBy, profile, role, roleHash } = grant;
  return {
    ...{ id, end, cluster, namespaces, request, grantee, decidedBy, profile, role, roleHash },
    madeAt: expect.any(Number),
  };
}

type Of<What extends News["what"]> = Extract<News, { what: What }>;

/** One who follows a cluster. */
interface Ear {
  readonly heard: readonly News[];
  /** Resolves with the first news of its kind, heard or still to be heard, that is what it should be. */
  until<What extends News["what"]>(what: What, isIt?: (news: Of<What>) => boolean): Promise<Of<What>>;
  stop(): Promise<void>;
}

/** Takes clusters and which of them; follows it until `stop`. */
export function follow({ clusters, cluster }: ClustersUnderTest, which = cluster): Ear {
  const heard: News[] = [];
  const waiting = new Set<(news: News) => void>();
  const following = clusters.follow(which, (news) => {
    heard.push(news);
    for (const tell of waiting) tell(news);
  });
  return {
    heard,
    until<What extends News["what"]>(what: What, isIt: (news: Of<What>) => boolean = () => true): Promise<Of<What>> {
      const isWanted = (news: News): news is Of<What> => news.what === what && isIt(news as Of<What>);
      const known = heard.find(isWanted);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        waiting.add((news) => {
          if (isWanted(news)) resolve(news);
        });
      });
    },
    stop: () => following.stop(),
  };
}
