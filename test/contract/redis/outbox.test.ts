import { useRedis } from "../../workbench/for-tests.ts";
import { useConnections } from "../redis-for-contracts.ts";
import { describeOutbox } from "./outbox.contract.ts";
import { useOutboxStage } from "./outbox-stage.ts";
import { describeUrgent } from "./outbox-urgent.contract.ts";

const redis = useRedis();
const stage = useOutboxStage(useConnections(() => redis.current.url));

describeOutbox(stage);
describeUrgent(stage);
