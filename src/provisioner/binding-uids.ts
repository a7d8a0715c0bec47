/**
 * The uids of the bindings that this process made itself. An ending deletes by uid; where it is known here, the first
 * call of the ending is the one that takes the access away. A uid is never used twice, so a wrong one deletes nothing.
 */
export interface BindingUids {
  keep(name: string, namespace: string, uid: string): void;
  find(name: string, namespace: string): string | undefined;
  forget(name: string, namespace: string): void;
}

/** Bindings of grants that another worker ends are never forgotten by hand; the oldest make room. */
const MOST_KEPT = 10_000;

/** Returns an empty memory. Losing it costs one read per ending. */
export function createBindingUids(): BindingUids {
  const uids = new Map<string, string>();
  return {
    keep(name, namespace, uid) {
      const [oldest] = uids.keys();
      if (uids.size >= MOST_KEPT && oldest !== undefined) uids.delete(oldest);
      uids.set(`${namespace}/${name}`, uid);
    },
    find: (name, namespace) => uids.get(`${namespace}/${name}`),
    forget: (name, namespace) => void uids.delete(`${namespace}/${name}`),
  };
}
