export interface Change {
  version: number;
  kind: string;
}

/** Anything but a truthy value means: not yet. */
export type Wanted<T> = () => T | undefined | null | false;

type Listener = (change: Change) => void;

/** Tells whoever listens that something is different now. Every wait in a test rests on this. */
export class Changes {
  version = 0;
  private readonly listeners = new Set<Listener>();
  private readonly waits = new Set<(reason: Error) => void>();

  emit(kind: string): void {
    this.version += 1;
    for (const listener of this.listeners) listener({ version: this.version, kind });
  }

  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves with the first truthy value; looks again only when something changed. */
  async waitFor<T>(predicate: Wanted<T>, timeoutMs: number, about: () => string): Promise<T> {
    const first = predicate();
    if (first) return first;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(
      () =>
        reject(new Error(`waited ${timeoutMs} ms in vain for ${String(predicate)}\n${about()}`)),
      timeoutMs,
    );
    const off = this.on(() => {
      try {
        const found = predicate();
        if (found) resolve(found);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    this.waits.add(reject);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      off();
      this.waits.delete(reject);
    }
  }

  close(): void {
    for (const reject of this.waits) reject(new Error('the workspace was closed'));
    this.listeners.clear();
  }
}
