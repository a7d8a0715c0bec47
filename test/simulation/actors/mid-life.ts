/** What people do about a pass while it lasts. */
import { ask } from "../../../src/workflows/access.ts";
import { endable, endGrant, endGrants } from "../../../src/workflows/end-early.ts";
import { mayReceive } from "../../../src/workflows/receive.ts";
import { isRefusal } from "../../../src/workflows/refusal.ts";
import type { Request } from "../../../src/workflows/request.ts";
import type { Heard, Wish } from "../oracle/heard.ts";
import { unseal } from "../world/lines.ts";
import { decideOn } from "./deciding.ts";
import type { StoryParts } from "./story-parts.ts";

/** For how long a pass is extended, counted from the yes to that. */
const EXTENDED_S = 15;

/** Lets an approved request's grant live, with whatever the tape has people do. Resolves when its end is past. */
export async function live(parts: StoryParts, request: Request & { state: "approved" }, wish: Wish): Promise<void> {
  const { run, clicking } = parts;
  const { tape, timeline } = run;
  const { asker: grantee } = wish;
  const [grant = ""] = request.grants;
  const lasts = Math.max(0, request.end - timeline.now());
  const meanwhile: Promise<unknown>[] = [clicking.wait(lasts + 1_500)];
  for (let clicks = tape.choose(parts.span === "medium" ? 800 : 350, 3); clicks > 0; clicks--) {
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(() => getKubeconfig(parts, grant, grantee)));
  }
  const early = tape.choose(500, 6);
  if (early > 0) {
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(() => endEarly(parts, grant, grantee, early)));
  }
  const byHand = tape.choose(150, parts.hands.kinds);
  if (byHand > 0) {
    const act = () => parts.hands.act(byHand - 1, placeOf(request));
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(act));
  }
  if (tape.choose(100, 1) === 1) {
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(() => extend(parts, wish, grant)));
  }
  await Promise.all(meanwhile);
}

/** Takes an approved request; returns where its grant is. */
export function placeOf(request: Request & { state: "approved" }) {
  const [target] = request.targets;
  if (target === undefined) throw new Error("a request has a target");
  const { cluster, namespaces, role } = target;
  return { cluster, role, namespace: namespaces[0] ?? "", id: request.grants[0] ?? "", end: request.end };
}

/** When in a grant's life something happens: at once, soon, in its midst, at its very end. */
function momentOf(choice: number, lasts: number): number {
  return [5_000, 0, 60, 1_500, lasts / 2, Math.max(0, lasts - 40)][choice] ?? 0;
}

async function getKubeconfig({ run, town, clicking, heard }: StoryParts, grant: string, who: string): Promise<void> {
  const clickedAt = run.timeline.now();
  const got = await clicking.click(who, "clicks Get kubeconfig", async ({ desk, counter }) => {
    const may = await mayReceive(desk, { by: town.record(who), grant });
    if (isRefusal(may)) return may;
    // A click of its own each time, as the bot makes them.
    const id = `delivery-${run.timeline.steps()}-${run.tape.choices.length}`;
    await counter.ask({ id, grant, person: who, key: { kid: id }, at: desk.clock.now() });
    const answer = await counter.answer(id, 10_000);
    if (answer === null || !("sealed" in answer)) return { refused: answer?.refused ?? "no answer" };
    const { kubeconfig } = unseal(answer.sealed);
    // The modal may be closed before it is drawn: then nobody has the credential.
    if (run.tape.choose(250, 1) === 1) return { closed: "the modal" };
    heard.shown({ grant, n: answer.n });
    await counter.received(id, answer.n);
    return { n: answer.n, kubeconfig };
  });
  if (got === null || "closed" in got) return;
  if ("refused" in got) return heard.gotNone(grant, who, clickedAt);
  run.count.add("credentials handed over");
  heard.received({ grant, n: got.n, who, kubeconfig: got.kubeconfig });
}

function hearEnded(heard: Heard, { id, version }: { readonly id: string; readonly version: number }): void {
  heard.done({ kind: "grant", id, version });
  heard.ended(id);
}

async function endEarly(parts: StoryParts, grant: string, grantee: string, way: number) {
  const { town, clicking, heard } = parts;
  const end = async (who: string, words: string) => {
    heard.clickedEnd(grant, who);
    const ended = await clicking.click(who, words, ({ desk }) =>
      endGrant(desk, { by: town.record(who), grant, words: null }),
    );
    if (ended !== null && !isRefusal(ended)) hearEnded(heard, ended);
  };
  switch (way) {
    case 1:
      return end(grantee, "hands the pass back");
    case 2:
      return end("ada", "revokes the pass");
    case 3:
      return end("olga", "revokes the pass");
    case 4:
      return void (await Promise.all([end("olga", "revokes the pass"), end(grantee, "hands the pass back")]));
    case 6:
      return getKubeconfig(parts, grant, grantee === "mia" ? "max" : "mia");
    default: {
      const by = town.record("olga");
      const all = await clicking.click("olga", "revokes everything", async ({ desk }) => {
        // A bot that cannot read the policy knows of nobody on call.
        const lent = desk.policy.current() === null ? [] : heard.lent();
        const grants = (await endable(desk, by)).map(({ id }) => id);
        for (const id of [...lent, ...grants]) heard.clickedEnd(id, "olga");
        const results = await endGrants(desk, { by, grants, words: "incident" });
        const ended = results.flatMap((one) => (isRefusal(one) ? [] : [one]));
        return { ended, forgotten: lent.filter((id) => !grants.includes(id)) };
      });
      for (const one of all?.ended ?? []) hearEnded(heard, one);
      // Who reads that everything ends takes it for everything, whatever the list held.
      for (const id of all?.forgotten ?? []) heard.ended(id);
    }
  }
}

/** Asks for a successor of the same place, which somebody approves; the first one ends at its own time. */
async function extend(parts: StoryParts, former: Wish, grant: string): Promise<void> {
  const { run, town, clicking, heard } = parts;
  const wish: Wish = { ...former, seconds: EXTENDED_S, startsAt: null };
  const { asker, cluster, namespaces, profile, startsAt } = wish;
  const asked = await clicking.click(asker, "asks to extend the pass", ({ desk }) =>
    ask(desk, {
      ...{ cluster, namespaces, profile, startsAt, duration: `${EXTENDED_S}s` },
      ...{ by: town.record(asker), seed: `extend ${grant}`, extends: grant },
      ...{ ticket: null, reason: "It takes a little longer than I thought", breakGlass: false },
    }),
  );
  if (asked === null || !("state" in asked)) return;
  heard.asked(asked.id, wish);
  const successor = await decideOn(parts, asked);
  if (successor?.state !== "approved") return;
  run.count.add("grants extended");
  await clicking.wait(Math.max(0, successor.end - run.timeline.now()) + 1_500);
}
