// A worker of its own process, to be killed. Arguments: Redis' URL. Writes a line when it is ready and one for each
// record that it is to look at; `hang…` is never done, all others at once.
import { connectConsumer } from "../../../src/jobs/redis.ts";
import { startWorker } from "../../../src/jobs/worker.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const events = { happened: () => undefined, failed: () => undefined };
const worker = startWorker({
  connection: connectConsumer(process.argv[2] ?? "", events),
  reconcile: async ({ id }) => {
    say(`looking at ${id}`);
    if (id.startsWith("hang")) await new Promise(() => undefined);
  },
  deliver: async () => undefined,
  checkDelivery: async () => undefined,
  events,
});
await worker.ready();
say("ready");
