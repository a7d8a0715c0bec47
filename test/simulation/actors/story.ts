import { type Ask, ask, decide, withdraw } from "../../../src/workflows/access.ts";
import { endable, endGrant, endGrants } from "../../../src/workflows/end-early.ts";
import { mayReceive } from "../../../src/workflows/receive.ts";
import { isRefusal } from "../../../src/workflows/refusal.ts";
import type { Request } from "../../../src/workflows/request.ts";
import type { Run } from "../core/run-state.ts";
import type { Heard } from "../oracle/heard.ts";
import type { BotDesk } from "../processes/bot-process.ts";
import { unseal } from "../world/lines.ts";
import { NAMESPACES, PROFILES, type Town } from "../world/town.ts";
import type { Clicking } from "./clicking.ts";
import type { Hands } from "./hands.ts";

export interface StoryParts {
  readonly run: Run;
  readonly town: Town;
  readonly clicking: Clicking;
  readonly heard: Heard;
  readonly hands: Hands;
  /** The clusters that there are. */
  readonly clusters: readonly string[];
  /** Grants last seconds, or minutes and hours. */
  readonly isLong: boolean;
}

const SHORT_S = [12, 14, 20, 40];
const LONG_S = [90, 900, 7_200, 18_000];

/** One request from its asking to its grant's end, with all that people do about it. Resolves when that is over. */
export async function tellStory(parts: StoryParts, number: number): Promise<void> {
  const { run, clicking, isLong } = parts;
  const { tape } = run;
  if (number > 0) await clicking.wait([0, 300, 4_000, 15_000][tape.below(4)] ?? 0);
  const lengths = isLong ? LONG_S : SHORT_S;
  const seconds = lengths[tape.below(lengths.length)] ?? 20;
  const wish = {
    asker: ["mia", "max"][(number + tape.choose(300, 1)) % 2] ?? "mia",
    cluster: parts.clusters[tape.choose(500, parts.clusters.length - 1)] ?? "prod",
    namespaces: NAMESPACES.slice(0, 1 + tape.choose(300, 1)),
    profile: PROFILES[(number >> 1) % 2] ?? "logs",
  };
  const request = await makeRequest(parts, wish, `${seconds}s`, number);
  if (request === null) return;
  const approved = await decideOn(parts, request);
  if (approved?.state !== "approved") return;
  run.count.add("grants approved");
  parts.heard.approved(approved.id, approved.grants);
  if (tape.choose(10, 1) === 1) parts.hands.bindBefore(placeOf(approved));
  await live(parts, approved, wish.asker);
}

interface Wish {
  readonly asker: string;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
}

async function makeRequest(
  { run, town, clicking }: StoryParts,
  { asker, ...wish }: Wish,
  duration: string,
  number: number,
): Promise<Request | null> {
  const submit = ({ desk }: BotDesk) =>
    ask(desk, {
      ...{ ...wish, duration, reason: "Something is broken and must be mended", extends: null },
      ...{ ticket: null, startsAt: null, breakGlass: false },
      ...{ by: town.record(asker), seed: `view ${number}` },
    } satisfies Ask);
  const words = `asks for ${wish.profile} in ${wish.cluster}/${wish.namespaces.join("+")} for ${duration}`;
  // The same submission may come twice: Slack repeats what was not acknowledged in time.
  const twice = run.tape.choose(120, 1) === 1 ? [clicking.click(asker, `${words} (delivered twice)`, submit)] : [];
  const [asked] = await Promise.all([clicking.click(asker, words, submit), ...twice]);
  return asked !== null && "state" in asked ? asked : null;
}

/** Who decides how: the dull choice is one approver who says yes. */
async function decideOn(parts: StoryParts, request: Request): Promise<Request | null> {
  const { run, town, clicking } = parts;
  const vote = async (who: string, verdict: "approve" | "deny") =>
    clicking.click(who, verdict === "approve" ? "clicks Approve" : "clicks Deny", ({ desk }) =>
      decide(desk, {
        ...{ by: town.record(who), asker: town.record(request.asker), request: request.id, verdict, why: null },
        fingerprint: request.fingerprint,
        ...{ less: null, stepped: false },
      }),
    );
  const way = run.tape.choose(450, 8);
  await clicking.wait(way === 8 ? 40_000 : 1_000);
  const votes: Promise<Request | { refused: string } | null>[] = [];
  switch (way) {
    case 1:
      votes.push(vote("ada", "approve"), vote("ben", "approve"));
      break;
    case 2:
      votes.push(vote("ben", "deny"), vote("ada", "approve"));
      break;
    case 3:
      votes.push(vote(request.asker, "approve"), vote("ada", "approve"));
      break;
    case 4:
      votes.push(vote("olga", "approve"), vote("ben", "approve"));
      break;
    case 5:
      votes.push(
        clicking.click(request.asker, "withdraws", ({ desk }) =>
          withdraw(desk, { by: town.record(request.asker), request: request.id }),
        ),
        vote("ada", "approve"),
      );
      break;
    case 6:
      votes.push(vote("ada", "approve"), vote("ada", "approve"));
      break;
    case 7:
      votes.push(vote("ada", "deny"));
      break;
    default:
      votes.push(vote("ada", "approve"));
  }
  const said = await Promise.all(votes);
  const yes = said.find((one) => one !== null && "state" in one && one.state === "approved") as Request | undefined;
  return yes ?? null;
}

/** What happens while it lasts. */
async function live(parts: StoryParts, request: Request & { state: "approved" }, grantee: string): Promise<void> {
  const { run, clicking } = parts;
  const { tape, timeline } = run;
  const [grant = ""] = request.grants;
  const lasts = Math.max(0, request.end - timeline.now());
  const meanwhile: Promise<unknown>[] = [clicking.wait(lasts + 1_500)];
  for (let clicks = tape.choose(350, 3); clicks > 0; clicks--) {
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(() => getKubeconfig(parts, grant, grantee)));
  }
  const early = tape.choose(450, 5);
  if (early > 0) {
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(() => endEarly(parts, grant, grantee, early)));
  }
  const byHand = tape.choose(150, parts.hands.deeds);
  if (byHand > 0) {
    const act = () => parts.hands.act(byHand - 1, placeOf(request));
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(act));
  }
  if (tape.choose(100, 1) === 1) {
    meanwhile.push(clicking.wait(momentOf(tape.below(6), lasts)).then(() => extend(parts, request, grant)));
  }
  await Promise.all(meanwhile);
}

function placeOf(request: Request & { state: "approved" }) {
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
  const id = `delivery-${run.timeline.steps}-${run.tape.choices.length}`;
  const got = await clicking.click(who, "clicks Get kubeconfig", async ({ desk, counter }) => {
    const may = await mayReceive(desk, { by: town.record(who), grant });
    if (isRefusal(may)) return may;
    await counter.ask({ id, grant, person: who, key: { kid: id }, at: desk.clock.now() });
    const answer = await counter.answer(id, 10_000);
    if (answer === null || !("sealed" in answer)) return { refused: answer?.refused ?? "no answer" };
    unseal(answer.sealed);
    // The modal may be closed before it is drawn: then nobody has the credential.
    if (run.tape.choose(100, 1) === 1) return { refused: "closed the modal" };
    await counter.received(id);
    return { n: answer.n };
  });
  if (got === null || !("n" in got)) return;
  run.count.add("credentials handed over");
  heard.received(grant, got.n);
}

async function endEarly({ town, clicking, heard }: StoryParts, grant: string, grantee: string, way: number) {
  const end = async (who: string, words: string) => {
    const ended = await clicking.click(who, words, ({ desk }) =>
      endGrant(desk, { by: town.record(who), grant, words: null }),
    );
    if (ended !== null && !isRefusal(ended)) heard.revoked(grant);
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
    default: {
      const by = town.record("olga");
      const all = await clicking.click("olga", "revokes everything", async ({ desk }) => {
        const grants = (await endable(desk, by)).map(({ id }) => id);
        const results = await endGrants(desk, { by, grants, words: "incident" });
        return results.flatMap((one) => (isRefusal(one) ? [] : [one]));
      });
      for (const { id } of all ?? []) heard.revoked(id);
    }
  }
}

/** Asks for a successor of the same place, which somebody approves; the first one ends at its own time. */
async function extend(parts: StoryParts, request: Request & { state: "approved" }, grant: string): Promise<void> {
  const { run, town, clicking, heard } = parts;
  const [target] = request.targets;
  if (target === undefined) return;
  const { cluster, namespaces, profile } = target;
  const asked = await clicking.click(request.asker, "asks to extend the pass", ({ desk }) =>
    ask(desk, {
      ...{ cluster, namespaces, profile, duration: "15s", reason: "It takes a little longer than I thought" },
      ...{ by: town.record(request.asker), seed: `extend ${grant}`, extends: grant },
      ...{ ticket: null, startsAt: null, breakGlass: false },
    }),
  );
  if (asked === null || !("state" in asked)) return;
  const successor = await decideOn(parts, asked);
  if (successor?.state !== "approved") return;
  run.count.add("grants extended");
  heard.approved(successor.id, successor.grants);
  await clicking.wait(Math.max(0, successor.end - run.timeline.now()) + 1_500);
}
