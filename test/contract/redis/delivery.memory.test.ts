import { createDeliveryCounter, createDeliveryDesk } from "../../../src/jobs/delivery-desk.ts";
import { DELIVERIES } from "../../../src/jobs/queues.ts";
import { createMemoryBull } from "../../fakes/redis/memory-bull.ts";
import { describeDelivery } from "../delivery.contract.ts";
import { useMemoryConnections } from "./memory-connections.ts";

const connections = useMemoryConnections();

describeDelivery("the delivery desk on the Redis in memory", async () => {
  const bull = createMemoryBull(connections.server);
  const producer = await connections.producer();
  const deliveries = bull.queue(DELIVERIES, producer, Date.now);
  return {
    desk: createDeliveryDesk(producer.redis, deliveries),
    counter: createDeliveryCounter(producer.redis, await connections.consumer(), deliveries),
    clock: { now: Date.now },
    jobs: async () =>
      bull.jobs().map(({ name, data, at }) => {
        const carried = data as { id: string; grant: string; n: number };
        return name === "check" ? { name: "check", ...carried, at: at ?? 0 } : { name: "deliver", id: carried.id };
      }),
  };
});
