import type { Place } from '../../deploy/history/records.ts';

/** The channel on which every change of a record is said, by its id. */
export const CHANGES = '{argo}:changes';

export function key(
  kind:
    | 'journal'
    | 'aside'
    | 'epoch'
    | 'active'
    | 'unpainted'
    | 'viewers'
    | 'audit'
    /** Decisions that are not in the chain yet. */
    | 'audit-pending',
  id?: string,
): string {
  return id === undefined ? `{argo}:${kind}` : `{argo}:${kind}:${id}`;
}

export function placeKey(
  kind: 'claim' | 'lock' | 'epoch' | 'history' | 'line',
  { service, environment }: Place,
): string {
  return `{argo}:place:${service}:${environment}:${kind}`;
}
