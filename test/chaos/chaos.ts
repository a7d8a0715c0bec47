/** Real processes on real parts, killed at every point of a grant's life, and all that goes wrong around them. */
import { createRandom } from "../fakes/random.ts";
import { createGuardian } from "../workbench/guardian.ts";
import { startKubernetes } from "../workbench/kubernetes.ts";
import { findParts } from "../workbench/parts.ts";
import { findRedisServer } from "../workbench/redis-server.ts";
import { allCases } from "./cases.ts";
import { runControls, runPlanted, whyNoControls } from "./controls/run-controls.ts";
import { closing, coverage, HEAD, row } from "./report.ts";
import { runCases } from "./run-cases.ts";
import { readWanted, type Wanted } from "./wanted.ts";

const wanted = readWanted(process.argv.slice(2));
if (typeof wanted === "string") {
  console.error(wanted);
  process.exit(2);
}
// Not by leaving it to Node: a line to a process that was killed may still be trying to be whole again.
process.exit(await run(wanted));

/** Returns the exit code. */
async function run({ cases: most, seed, lanes, only }: Wanted): Promise<number> {
  const print = (line: string) => console.log(line);
  const random = createRandom(seed);
  const cases = allCases(random, most, only);
  if (cases.length === 0) {
    const words = `“${only?.join("” or “")}”`;
    console.error(`chaos: no case has ${words} in its group and name; see docs/testing-chaos.md for names`);
    return 2;
  }
  const unfit = whyNoControls();
  if (unfit !== null) {
    console.error(`chaos: nothing was played, since what must fail at the end cannot: ${unfit}`);
    return 2;
  }
  const guardian = createGuardian();
  try {
    const parts = await findParts({ guardian, print });
    const redisServer = await findRedisServer(print);
    const kubernetes = await startKubernetes({ guardian, parts, folder: guardian.folder });
    print(`chaos: ${cases.length} cases on ${lanes} lanes; SEED=${seed} plays them again\n\n${HEAD}`);
    const results = await runCases({
      ...{ guardian, kubernetes, redisServer, cases, lanes },
      over: (result, isAgain) => {
        print(`${row(result)}${isAgain ? "; it is played once more" : ""}`);
        if (result.violations.length > 0 || !result.met) print(`${result.account}\n`);
      },
    });
    print(`\n${coverage(results)}`);
    const ground = { guardian, kubernetes, redisServer };
    const found = await runPlanted(ground, print);
    const failed = await runControls(ground, print);
    const { planted, line, good } = closing(results, failed, found);
    print(`\n${planted}\n${line}`);
    return good ? 0 : 1;
  } finally {
    await guardian.stop();
  }
}
