import { useKubernetes } from "../workbench/for-tests.ts";
import { describeClusters } from "./clusters.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const real = useRealClusters(useKubernetes(), "contract");

describeClusters("clusters on a real API server", async () => real.current);
