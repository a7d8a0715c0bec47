import { afterAll, expect, test } from "vitest";
import { objectName } from "../../src/provisioner/objects.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { type Holder, openProbes } from "./worker-stage-probe.ts";

const kubernetes = useKubernetes();
const probes = openProbes(kubernetes);
afterAll(() => probes.close());

/** undici asks once more by itself what one GOAWAY broke off, so it fails only where it meets two: a few in 300 do. */
const [REFUSED_AT_ONCE, QUESTIONS] = [20, 300];

test("a token that is refused breaks off no question of another holder", async () => {
  const [kept, gone] = [await holder("probe-kept"), await holder("probe-gone")];
  await kubernetes.kubectl(["delete", "serviceaccount", gone.account, "--namespace=daypass-grants"]);
  await expect.poll(() => gone.held.look()).toBe(401);

  const refused = Array.from({ length: REFUSED_AT_ONCE }, () => again(gone.held));
  const answers = await again(kept.held);

  expect(new Set(answers)).toEqual(new Set([403]));
  expect(new Set((await Promise.all(refused)).flat())).toEqual(new Set([401]));
  await kubernetes.kubectl(["delete", "serviceaccount", kept.account, "--namespace=daypass-grants"]);
});

async function again({ look }: Holder): Promise<readonly (number | Error)[]> {
  const answers: (number | Error)[] = [];
  for (let n = 0; n < QUESTIONS; n += 1) answers.push(await look().catch((error: Error) => error));
  return answers;
}

async function holder(id: string) {
  const access = { id, end: 0, namespaces: ["default"] };
  const account = objectName(access);
  await kubernetes.kubectl(["create", "serviceaccount", account, "--namespace=daypass-grants"]);
  return { account, held: await probes.hold(access) };
}
