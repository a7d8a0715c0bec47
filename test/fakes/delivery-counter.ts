import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { deliver } from "../../src/workflows/deliver.ts";
import type { DeliveryAnswer } from "../../src/workflows/delivery-ports.ts";
import type { SealingKey } from "../../src/workflows/ports.ts";
import { activateOn, createFakeBench, type FakeBench } from "./fake-bench.ts";
import { createMemoryDesk, type MemoryDesk } from "./memory-desk.ts";

/** A pass in use and the desk at which its grantee is given credentials. */
export interface Counter extends MemoryDesk {
  readonly bench: FakeBench;
  readonly grant: string;
  /** Asks for a credential as a click does, lets the worker deliver, and returns what the bot gets. */
  click(person?: string): Promise<DeliveryAnswer | null>;
  /** Opens an answer; returns the kubeconfig in it. */
  open(answer: DeliveryAnswer | null): Promise<string>;
  /** The numbers of the deliveries whose credentials work. */
  live(): readonly number[];
}

/** Returns such a desk, of the pass of a bench of its own where none is given. */
export async function createCounter(bench = createFakeBench()): Promise<Counter> {
  const grant = (await activateOn(bench)).id;
  const memory = createMemoryDesk(bench.clock);
  const keys = await generateKeyPair("ECDH-ES", { crv: "X25519", extractable: true });
  const key = { ...(await exportJWK(keys.publicKey)) } as SealingKey;
  let clicks = 0;
  return {
    ...{ ...memory, bench, grant },
    click: async (person = "mia") => {
      const id = `delivery${clicks++}`;
      await memory.counter.ask({ id, grant, person, key: { ...key, kid: id }, at: bench.clock.now() });
      await deliver(bench, memory.desk, id);
      return memory.counter.answer(id, 0);
    },
    open: async (answer) => {
      if (answer === null || "refused" in answer) throw new Error(JSON.stringify(answer));
      const { plaintext } = await compactDecrypt(answer.sealed, keys.privateKey);
      return JSON.parse(new TextDecoder().decode(plaintext)).kubeconfig;
    },
    live: () =>
      [...bench.clusters.cluster("prod").grants.values()].flatMap(({ tokens }) => [...(tokens?.keys() ?? [])]),
  };
}
