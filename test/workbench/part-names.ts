/** The programs of Kubernetes, in the order in which they are looked for, printed and built. */
export const partNames = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl", "kwok"] as const;

export type PartName = (typeof partNames)[number];

export interface FoundPart {
  path: string;
  /** What led there, in words: a variable's name, the cache, or that it was built. */
  from: string;
}
