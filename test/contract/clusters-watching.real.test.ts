import { useKubernetes } from "../workbench/for-tests.ts";
import { describeFollowing } from "./clusters-following.contract.ts";
import { describeInspecting } from "./clusters-inspecting.contract.ts";
import { useRealClusters } from "./real-clusters.ts";
import { createRealHand } from "./real-hand.ts";

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "watching");
const setup = async () => ({ ...real.current, hand: createRealHand(kubernetes, real.current) });

describeInspecting("clusters on a real API server", setup);
describeFollowing("clusters on a real API server", setup);
