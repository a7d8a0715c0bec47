import { loadHistory, writeHistory } from "./around.ts";
import type { Bench } from "./bench.ts";
import { MOST_TRIES } from "./desk.ts";
import { rememberHeld } from "./history.ts";
import type { PersonId } from "./person.ts";
import type { Held } from "./ports.ts";

/**
 * Takes passes whose records were lost and are there again; writes them down by whom they were lent to, since what
 * somebody holds counts against what they ask for. Once for each person, and never throws: no pass hangs on it.
 */
export async function holdAgain(
  bench: Pick<Bench, "store" | "events">,
  rebuilt: readonly Pick<Held, "id" | "grantee">[],
): Promise<void> {
  const people = new Set(rebuilt.map(({ grantee }) => grantee));
  for (const person of people) {
    const passes = rebuilt.filter(({ grantee }) => grantee === person).map(({ id }) => id);
    await addTo(bench, person, passes).catch((cause: unknown) => {
      bench.events.failed("passes not counted", { person, passes: passes.length }, cause);
    });
  }
}

async function addTo({ store, events }: Pick<Bench, "store" | "events">, person: PersonId, passes: readonly string[]) {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const history = await loadHistory(store, person);
    const writes = [writeHistory(history, rememberHeld(history, passes))];
    if ((await store.commit({ writes, tellings: [], rows: [] })) === "saved") return;
  }
  events.happened("passes not counted", { person, passes: passes.length });
}
