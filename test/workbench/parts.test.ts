import { expect, test } from "vitest";
import { kubernetesVersion, partsCacheFolder } from "./part-build.ts";
import { type LookUp, lookUpPart } from "./parts.ts";

function lookUpIn(env: NodeJS.ProcessEnv, ...programs: string[]): LookUp {
  return { env, cacheFolder: "/cache", isProgram: (path) => programs.includes(path) };
}

test("TEST_ASSET_<NAME> goes before everything else", () => {
  const env = { TEST_ASSET_KUBE_APISERVER: "/own/apiserver", KUBEBUILDER_ASSETS: "/assets" };
  const lookUp = lookUpIn(env, "/own/apiserver", "/assets/kube-apiserver", "/cache/kube-apiserver");

  const found = lookUpPart("kube-apiserver", lookUp);

  expect(found).toEqual({ path: "/own/apiserver", from: "TEST_ASSET_KUBE_APISERVER" });
});

test("TEST_ASSET_<NAME> that names no program is an error, since it was meant to be used", () => {
  const lookUp = lookUpIn({ TEST_ASSET_ETCD: "/nowhere/etcd" }, "/cache/etcd");

  expect(() => lookUpPart("etcd", lookUp)).toThrow("TEST_ASSET_ETCD names /nowhere/etcd, which is no program");
});

test("the folder of KUBEBUILDER_ASSETS goes before the cache", () => {
  const lookUp = lookUpIn({ KUBEBUILDER_ASSETS: "/assets" }, "/assets/etcd", "/cache/etcd");

  expect(lookUpPart("etcd", lookUp)).toEqual({ path: "/assets/etcd", from: "KUBEBUILDER_ASSETS" });
});

test("what KUBEBUILDER_ASSETS lacks is taken from the cache", () => {
  const lookUp = lookUpIn({ KUBEBUILDER_ASSETS: "/assets" }, "/assets/etcd", "/cache/kwok");

  expect(lookUpPart("kwok", lookUp)).toEqual({ path: "/cache/kwok", from: "cache" });
});

test("a part that is nowhere is not found", () => {
  expect(lookUpPart("kubectl", lookUpIn({ KUBEBUILDER_ASSETS: "/assets" }))).toBeUndefined();
});

test("the cache's folder is named after version and platform", () => {
  expect(kubernetesVersion()).toMatch(/^v1\.36\.\d+$/);
  expect(partsCacheFolder("/cache")).toMatch(
    new RegExp(`^/cache/kubernetes-${kubernetesVersion()}-${process.platform}-${process.arch}-[0-9a-f]{12}$`),
  );
});
