// Describes configs on a host that were edited by hand: which keys differ, when, and what a deployment does to them.
import type { ConfigDrift, HostFacts } from '../record/facts.ts';

/** Returns one warning for each file. A deployment overwrites edits in `config_locations`, but not those in a slot. */
export function driftWarnings({ drift = [] }: HostFacts, locations: readonly string[]): string[] {
  return drift.map((one) => {
    const { kind, path } = one;
    const kept = `keeps a copy as ${path}.argo-previous`;
    if (kind === 'removed') return `${path} is missing; this deployment writes it again`;
    if (kind === 'foreign')
      return `${path} was never written by argo-bot. This deployment replaces it and ${kept}`;
    const then = locations.includes(path)
      ? `This deployment replaces the edit and ${kept}. To keep the edit, reject and commit it first`
      : 'Other releases do not have this edit';
    return `${describeEdit(one)}. ${then}`;
  });
}

/** Returns `/opt/app/config.json was edited by hand at 2026-11-23 16:02 UTC (api_key differs)`. */
export function describeEdit({ path, kind, at, changes }: ConfigDrift): string {
  if (kind === 'removed') return `${path} was removed by hand`;
  const utc = at === undefined ? '' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  const when = utc && ` at ${utc} UTC`;
  return `${path} was edited by hand${when} (${differing(changes)})`;
}

const MOST_KEYS = 3;

function differing(changes: ConfigDrift['changes']): string {
  if (changes === undefined) return 'it cannot be read';
  const names = changes.map(({ key }) => key);
  const [first, ...others] = names;
  if (first === undefined) return 'no value differs';
  if (others.length === 0) return `${first} differs`;
  const more = names.length - MOST_KEYS;
  const listed = names.slice(0, MOST_KEYS).join(', ');
  return `${listed}${more > 0 ? ` and ${more} more` : ''} differ`;
}
