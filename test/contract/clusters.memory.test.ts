import { describeClusters } from "./clusters.contract.ts";
import { describeFollowing } from "./clusters-following.contract.ts";
import { describeInspecting } from "./clusters-inspecting.contract.ts";
import { createMemoryClusters } from "./memory-clusters.ts";

describeClusters("the real code on Kubernetes in memory", async () => createMemoryClusters());
describeInspecting("the real code on Kubernetes in memory", async () => createMemoryClusters());
describeFollowing("the real code on Kubernetes in memory", async () => createMemoryClusters());
