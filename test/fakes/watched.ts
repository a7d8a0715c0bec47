/** A Set that tells what came and went. */
export class WatchedSet<T> extends Set<T> {
  readonly #tell: (item: T, isThere: boolean) => void;

  constructor(tell: (item: T, isThere: boolean) => void) {
    super();
    this.#tell = tell;
  }

  override add(item: T): this {
    const wasThere = this.has(item);
    super.add(item);
    if (!wasThere) this.#tell(item, true);
    return this;
  }

  override delete(item: T): boolean {
    const wasThere = super.delete(item);
    if (wasThere) this.#tell(item, false);
    return wasThere;
  }

  override clear(): void {
    for (const item of [...this]) this.delete(item);
  }
}

/** A Map that tells what came, changed and went (undefined). */
export class WatchedMap<K, V> extends Map<K, V> {
  readonly #tell: (key: K, value: V | undefined) => void;

  constructor(tell: (key: K, value: V | undefined) => void) {
    super();
    this.#tell = tell;
  }

  override set(key: K, value: V): this {
    const isSame = this.has(key) && this.get(key) === value;
    super.set(key, value);
    if (!isSame) this.#tell(key, value);
    return this;
  }

  override delete(key: K): boolean {
    const wasThere = super.delete(key);
    if (wasThere) this.#tell(key, undefined);
    return wasThere;
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }
}
