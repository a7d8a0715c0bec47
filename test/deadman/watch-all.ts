import type { Workbench } from "../workbench/workbench.ts";
import { byGet, byKubectl } from "./holders.ts";
import type { Lent } from "./lent.ts";
import { say, seconds } from "./transcript.ts";
import { MOST_THROUGH_SLACK } from "./wanted.ts";
import { type Answer, type Watch, type Watched, watch } from "./watch.ts";

/** Around the end, each pass is tried this often, but no more than so many questions a second are asked in all. */
const OFTEN_MS = 500;
const MOST_A_SECOND = 250;
/** The stock controllers take about two minutes for 500 (docs/decisions/0007); a token ends 670 s after its minting. */
const PATIENCE_MS = 700_000;
/** So many of hundreds are asked by kubectl. */
const SAMPLED = 10;
const SAY_EVERY_MS = 10_000;

/** Watches all passes, by kubectl or, where they are many, by kubectl's own GET; says now and then how it stands. */
export async function watchAll(
  { kubernetes, guardian }: Workbench,
  lent: readonly Lent[],
): Promise<readonly Watched[]> {
  const ask = holdersOf(lent, byKubectl(kubernetes, guardian.folder));
  const verdicts = new Map<string, Answer["verdict"]>();
  const troubles = new Map<string, number>();
  const one = lent.length === 1;
  const progress = setInterval(() => {
    const refused = [...verdicts.values()].filter((verdict) => verdict === "refused").length;
    const late = lent[0] === undefined ? 0 : Date.now() - lent[0].end;
    const when = late < 0 ? `${seconds(-late)} s before the end` : `${seconds(late)} s after the end`;
    if (!one && (late > -SAY_EVERY_MS || refused > 0)) say(`${refused} of ${lent.length} refused, ${when}`);
  }, SAY_EVERY_MS);
  try {
    return await Promise.all(
      lent.map((pass) =>
        watch(pass, {
          ask,
          oftenMs: Math.max(OFTEN_MS, (lent.length / MOST_A_SECOND) * 1000),
          giveUpAt: ({ end, mintedAt }) => Math.max(end, mintedAt) + PATIENCE_MS,
          heard: ({ id }, answer) => {
            if (one) say(`poll: ${answer.verdict}: ${answer.words}`);
            verdicts.set(id, answer.verdict);
            if (answer.verdict === "neither") troubles.set(answer.words, (troubles.get(answer.words) ?? 0) + 1);
          },
        }),
      ),
    );
  } finally {
    clearInterval(progress);
    for (const [words, times] of troubles) say(`neither allowed nor refused, ${times} times: ${words}`);
  }
}

/** All by kubectl; of many only a sample, since so many processes would be the load that is measured. */
function holdersOf(lent: readonly Lent[], kubectl: Watch["ask"]): Watch["ask"] {
  if (lent.length <= MOST_THROUGH_SLACK) {
    say("watched: by kubectl, a process for each question, each with its own kubeconfig");
    return kubectl;
  }
  const every = Math.ceil(lent.length / SAMPLED);
  const sample = new Set(lent.filter((_, i) => i % every === 0).map(({ id }) => id));
  say(
    `watched: ${sample.size} by kubectl, the others by the GET that kubectl would send, with each kubeconfig's token`,
  );
  const get = byGet();
  return (pass) => (sample.has(pass.id) ? kubectl(pass) : get(pass));
}
