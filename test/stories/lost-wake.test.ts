import { beforeAll, expect, test } from "vitest";
import { endGrant } from "../../src/workflows/end-early.ts";
import { isRefusal } from "../../src/workflows/refusal.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { setWorkerStage } from "./worker-stage.ts";
import { person } from "./worker-stage-desk.ts";

const kubernetes = useKubernetes();
beforeAll(() => kubernetes.createNamespace("lost-wake", { grantable: true }));

test("P7 · a revocation whose wake is lost is found by the sweep that the worker itself runs, within 15 s", async () => {
  const stage = await setWorkerStage({ kubernetes, namespaces: ["lost-wake"] });
  await stage.installation.startWorker();
  const approved = await stage.desk.lend({ seconds: 300, namespaces: ["lost-wake"] });
  await stage.desk.untilArmed(approved.id);
  const holder = await stage.probes.hold(approved);
  const waker = { wake: async () => {} };

  const clickedAt = Date.now();
  const ending = await endGrant(
    { ...stage.desk.ports, waker },
    { by: person("noor"), grant: approved.id, words: "incident" },
  );
  const { at } = await holder.firstRefusal();

  expect(isRefusal(ending)).toBe(false);
  expect(at - clickedAt).toBeLessThan(15_300);
}, 60_000);
