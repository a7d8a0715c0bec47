import { afterAll, beforeAll, inject } from "vitest";
import { createGuardian, type Guardian } from "./guardian.ts";
import { type AttachedKubernetes, attachKubernetes } from "./kubernetes/attached-kubernetes.ts";
import type { PolicyChoices } from "./northwind.ts";
import { type Redis, startRedis } from "./redis.ts";
import { type Stage, setStage } from "./stage.ts";

/** Returns this file's control plane, as test/control-plane.ts started it. AccessGrants of other files are gone first. */
export function useKubernetes(): AttachedKubernetes {
  const plane = inject("planes")[Number(process.env.VITEST_POOL_ID) - 1];
  if (plane === undefined) throw new Error(`there is no control plane for slot ${process.env.VITEST_POOL_ID}`);
  const kubernetes = attachKubernetes(plane);
  beforeAll(() => kubernetes.deleteAllAccessGrants());
  return kubernetes;
}

/** Returns a guardian of this test file; all that it starts is gone after the file's last test. */
export function useGuardian(): Guardian {
  const guardian = createGuardian();
  afterAll(() => guardian.stop());
  return guardian;
}

/** Starts a Redis of this test file's own before its first test. */
export function useRedis(guardian: Guardian = useGuardian()): { readonly current: Redis } {
  let redis: Redis | undefined;
  beforeAll(async () => {
    redis = await startRedis({ guardian, server: inject("redisServer"), folder: guardian.folder });
  });
  return {
    get current() {
      if (redis === undefined) throw new Error("Redis starts with the file's first test: do not use it before");
      return redis;
    },
  };
}

/** What a journey's tests act on: everything of the stage, and the parts below it. */
export interface UsedJourney extends Stage {
  readonly kubernetes: AttachedKubernetes;
  readonly redis: Redis;
  readonly guardian: Guardian;
}

/** Starts Slack's double, bot and worker for this test file, with its own Redis and on the run's control plane. */
export function useJourney(choices: PolicyChoices): { readonly current: UsedJourney } {
  const kubernetes = useKubernetes();
  const guardian = useGuardian();
  const redis = useRedis(guardian);
  let journey: UsedJourney | undefined;
  beforeAll(async () => {
    const stage = await setStage({ ...choices, guardian, kubernetes, redis: redis.current });
    journey = { ...stage, kubernetes, guardian, redis: redis.current };
  });
  return {
    get current() {
      if (journey === undefined) throw new Error("the journey starts with the file's first test: do not use it before");
      return journey;
    },
  };
}
