import { createRedisCards } from "../../../src/jobs/redis-cards.ts";
import { createRedisFacts } from "../../../src/jobs/redis-facts.ts";
import { createRedisPeople } from "../../../src/jobs/redis-people.ts";
import { describeCards, describeFacts, describePeople } from "../records.contract.ts";
import { emptied } from "../redis-for-contracts.ts";
import { describeStore } from "../store.contract.ts";
import { storeOn } from "../store-on-redis.ts";
import { useMemoryConnections } from "./memory-connections.ts";

const connections = useMemoryConnections();
const line = async () => emptied((await connections.producer()).redis);

describeStore("the store on the Redis in memory", async () => storeOn(await line()));
describePeople("people on the Redis in memory", async () => createRedisPeople(await line()));
describeFacts("facts on the Redis in memory", async () => createRedisFacts(await line()));
describeCards("cards on the Redis in memory", async () => createRedisCards(await line()));
