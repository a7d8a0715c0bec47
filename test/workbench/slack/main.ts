import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { defaultWorld } from "./default-world.ts";
import { startServer } from "./server.ts";
import { world } from "./world.ts";

const { values } = parseArgs({
  options: { port: { type: "string", default: "0" }, world: { type: "string" } },
});
const input = values.world === undefined ? defaultWorld() : JSON.parse(await readFile(values.world, "utf8"));
const server = await startServer(world.parse(input), Number(values.port));

console.log(JSON.stringify({ url: server.slack.url, apiUrl: `${server.slack.url}/api/` }));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void server.close().then(() => process.exit(0));
  });
}
