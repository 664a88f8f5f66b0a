import type {
  Limiter,
  PaintedMessage,
  PaintedMessages,
} from '../../src/deploy/ports/slack-ports.ts';

export function createMemoryPainted(): PaintedMessages & {
  of(id: string): Map<string, PaintedMessage>;
} {
  const saved = new Map<string, Map<string, PaintedMessage>>();
  const versions = new Map<string, number>();
  const of = (id: string) => saved.get(id) ?? new Map<string, PaintedMessage>();
  return {
    of,
    read: async (id) => structuredClone(Object.fromEntries(of(id))),
    save: async (id, key, message) => void saved.set(id, of(id).set(key, structuredClone(message))),
    paintedVersion: async (id) => versions.get(id) ?? 0,
    savePaintedVersion: async (id, version) => void versions.set(id, version),
  };
}

/** Lets everything pass, and remembers who was told to wait. */
export function createFreeLimiter(): Limiter & { pauses: [string, number][]; taken: string[] } {
  const pauses: [string, number][] = [];
  const taken: string[] = [];
  return {
    pauses,
    taken,
    async take(key) {
      taken.push(key);
      return { kind: 'go' };
    },
    pause: async (key, ms) => void pauses.push([key, ms]),
  };
}
