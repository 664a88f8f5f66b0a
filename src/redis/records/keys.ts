// Names the Redis keys of records.
import type { Place } from '../../deploy/history/records.ts';

/** The channel that publishes the id of each changed record. */
export const CHANGES = '{argo}:changes';

export function key(
  kind:
    | 'journal'
    | 'aside'
    | 'epoch'
    | 'active'
    | 'unpainted'
    | 'viewers'
    | 'inspection'
    | 'audit'
    /** Decisions that are not yet in the audit chain. */
    | 'audit-pending',
  id?: string,
): string {
  return id === undefined ? `{argo}:${kind}` : `{argo}:${kind}:${id}`;
}

/** Names a key of one service in one environment. The key of its queue ends in `line`. */
export function placeKey(
  kind: 'claim' | 'lock' | 'epoch' | 'history' | 'line',
  { service, environment }: Place,
): string {
  return `{argo}:place:${service}:${environment}:${kind}`;
}
