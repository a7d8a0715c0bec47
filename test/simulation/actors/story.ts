import { type Ask, ask } from "../../../src/workflows/access.ts";
import type { Request } from "../../../src/workflows/request.ts";
import type { Wish } from "../oracle/heard.ts";
import type { BotDesk } from "../processes/bot-process.ts";
import { NAMESPACES, PROFILES } from "../world/town.ts";
import { decideOn } from "./deciding.ts";
import { live, placeOf } from "./mid-life.ts";
import type { StoryParts } from "./story-parts.ts";

const LENGTHS_S = { short: [12, 10, 14, 18, 12, 40], medium: [90, 150, 480], long: [90, 900, 7_200, 18_000] };
/** From when on a pass is wanted, counted from the asking; of the second five minutes ago, somebody may have left. */
const STARTS_MS = [20_000, 150_000, 480_000];

/** One request from its asking to its grant's end, with all that people do about it. Resolves when that is over. */
export async function tellStory(parts: StoryParts, number: number): Promise<void> {
  const { run, clicking, span } = parts;
  const { tape } = run;
  if (number > 0) await clicking.wait([0, 300, 4_000, 15_000][tape.below(4)] ?? 0);
  const lengths = LENGTHS_S[span];
  const seconds = lengths[tape.below(lengths.length)] ?? 20;
  const wish: Wish = {
    asker: ["mia", "max"][(number + tape.choose(300, 1)) % 2] ?? "mia",
    cluster: parts.clusters[tape.choose(500, parts.clusters.length - 1)] ?? "prod",
    namespaces: NAMESPACES.slice(0, 1 + tape.choose(300, 1)),
    profile: PROFILES[(number >> 1) % 2] ?? "logs",
    seconds,
    startsAt: chooseStart(parts),
  };
  const request = await makeRequest(parts, wish, number);
  if (request === null) return;
  const approved = await decideOn(parts, request);
  if (approved?.state !== "approved") return;
  run.count.add("grants approved");
  if (tape.choose(10, 1) === 1) parts.hands.bindBefore(placeOf(approved));
  if (wish.startsAt !== null) leaveMeanwhile(parts, wish.asker);
  await live(parts, approved, wish);
}

/** From when on it is wanted; null: at once. */
function chooseStart({ run, span }: StoryParts): number | null {
  const startsIn = span === "medium" ? STARTS_MS[run.tape.choose(400, STARTS_MS.length) - 1] : undefined;
  return startsIn === undefined ? null : run.timeline.now() + startsIn;
}

/** Between the yes and the start somebody may leave by whose leave it would be made. */
function leaveMeanwhile({ run, town, heard }: StoryParts, asker: string): void {
  const who = [undefined, asker, "ada"][run.tape.choose(300, 2)];
  if (who === undefined) return;
  run.trace.say(who, "is switched off in Slack");
  town.deactivate(who);
  heard.left();
}

async function makeRequest(
  { run, town, clicking, heard }: StoryParts,
  wish: Wish,
  number: number,
): Promise<Request | null> {
  const { asker, cluster, namespaces, profile, startsAt } = wish;
  const duration = `${wish.seconds}s`;
  const submit = ({ desk }: BotDesk) =>
    ask(desk, {
      ...{
        cluster,
        namespaces,
        profile,
        startsAt,
        duration,
        reason: "Something is broken and must be mended",
        extends: null,
      },
      ...{ ticket: null, breakGlass: false },
      ...{ by: town.record(asker), seed: `view ${number}` },
    } satisfies Ask);
  const words = `asks for ${profile} in ${cluster}/${namespaces.join("+")} for ${duration}`;
  // The same submission may come twice: Slack repeats what was not acknowledged in time.
  const twice = run.tape.choose(120, 1) === 1 ? [clicking.click(asker, `${words} (delivered twice)`, submit)] : [];
  const [asked] = await Promise.all([clicking.click(asker, words, submit), ...twice]);
  if (asked === null || !("state" in asked)) return null;
  heard.asked(asked.id, wish);
  return asked;
}
