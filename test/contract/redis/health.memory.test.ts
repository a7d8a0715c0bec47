import { describeHealth } from "./health.contract.ts";
import { useHealthStage } from "./health-stage.ts";
import { useMemoryConnections } from "./memory-connections.ts";

const connections = useMemoryConnections();

describeHealth({
  connections,
  ...useHealthStage({ producer: () => connections.producer() }),
  restart: async () => {
    connections.server.stop();
    connections.server.restart();
  },
});
