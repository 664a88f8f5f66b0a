import type { Viewers } from '../../src/slack/home/home.ts';

export function createMemoryViewers(): Viewers {
  const looked = new Map<string, number>();
  return {
    addViewer: async (user, at) => void looked.set(user, at),
    viewersSince: async (at, most) =>
      [...looked]
        .filter(([, when]) => when >= at)
        .toSorted(([, a], [, b]) => b - a)
        .map(([user]) => user)
        .slice(0, most),
  };
}
