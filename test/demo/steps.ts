/** Prints lines below the step that is playing. */
export type Say = (...texts: readonly string[]) => void;

/** Plays steps one after the other and prints each with its time; the first that is not as expected ends the play. */
export class Play {
  readonly #startedAt = performance.now();
  #done = 0;

  /** Takes a step's name and its work, which throws when something is not as expected; returns what the work returns. */
  async step<T>(name: string, work: (say: Say) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const number = String(this.#done + 1).padStart(2);
    const said: string[] = [];
    try {
      const value = await work((...texts) => said.push(...texts.flatMap((text) => text.trimEnd().split("\n"))));
      this.#done += 1;
      console.log(`\n${number}  ${name}  (${this.#times(startedAt)})`);
      return value;
    } catch (cause) {
      said.push(cause instanceof Error ? cause.message : String(cause));
      console.log(`\n${number}  NOT AS EXPECTED: ${name}  (${this.#times(startedAt)})`);
      throw new StepFailed(name, { cause });
    } finally {
      for (const line of said) console.log(`      ${line}`);
    }
  }

  /** Prints the closing line, which scripts read. */
  close(failed: number): void {
    console.log(`\ndemo: ${this.#done} steps as expected, ${failed} not`);
  }

  #times(startedAt: number): string {
    const now = performance.now();
    return `${((now - startedAt) / 1000).toFixed(1)} s, ${((now - this.#startedAt) / 1000).toFixed(1)} s in all`;
  }
}

/** One step was not as expected; it has been printed. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

/** Throws with the words when something is not so. */
export function expect(isSo: boolean, words: string): void {
  if (!isSo) throw new Error(words);
}
