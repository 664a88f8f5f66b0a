import type { Inspection, Inspections } from '../../src/deploy/inspections/inspection.ts';

export interface MemoryInspections extends Inspections {
  kept: Map<string, Inspection>;
}

/** Inspections over a map: the same answers as the ones in Redis, for one process and without an end. */
export function createMemoryInspections(): MemoryInspections {
  const kept = new Map<string, Inspection>();
  const change = (id: string, to: (before: Inspection) => Inspection): Inspection | undefined => {
    const before = kept.get(id);
    if (before) kept.set(id, to(before));
    return kept.get(id);
  };
  return {
    kept,
    request: async (request) => void kept.set(request.id, { request, starts: 0 }),
    start: async (id) => change(id, (before) => ({ ...before, starts: before.starts + 1 })),
    finish: async (id, result) => void change(id, (before) => ({ ...before, result })),
    read: async (id) => kept.get(id),
  };
}
