// Decides how the last deployments are listed: `/argo history`, `status` and the Home tab.
import { describeRequest } from '../../../deploy/record/requests.ts';
import type { HistoryEntry, Place } from '../../../deploy/history/records.ts';
import type { Reply } from '../../contract/interaction.ts';
import { section } from '../parts/blocks.ts';
import { icons } from '../parts/state.ts';
import { capped, code, duration, person, quoted, when } from '../parts/text.ts';

export function historyView(
  { service, environment }: Place,
  entries: readonly HistoryEntry[],
): Reply {
  const title = `*History of ${quoted(service, 60)} in ${quoted(environment, 60)}*`;
  if (entries.length === 0) return { text: `${title}\nNothing has been deployed yet.` };
  const lines = capped(entries.map(historyLine), 30, 2_600);
  return { text: title, blocks: [section([title, ...lines].join('\n'))] };
}

/** One deployment on one line; the icon's meaning is also in words. */
export function historyLine(entry: HistoryEntry): string {
  const { at, by, ending, ms } = entry;
  return `${isUnhealthy(entry) ? '⚠️' : icons[ending]} ${whatBecame(entry)} · ${when(at, '{date_short_pretty} {time}')} · ${duration(ms)} · ${person(by)}`;
}

/** The release is live, but its watch found it unhealthy. */
function isUnhealthy({ ending, users }: HistoryEntry): boolean {
  return ending === 'succeeded' && users?.kind === 'release' && users.unhealthy === true;
}

/** Kinds that the verdict already tells. */
const PLAIN: ReadonlySet<HistoryEntry['kind']> = new Set(['deploy', 'rollback']);

function whatBecame(entry: HistoryEntry): string {
  const { release, ending } = entry;
  const { rollsBack, title } = describeRequest(entry);
  const what =
    release === undefined ? (rollsBack ? 'a rollback' : 'no release') : code(release, 60);
  const verdict =
    rollsBack && ending === 'succeeded'
      ? 'rolled back to'
      : isUnhealthy(entry)
        ? 'live, but unhealthy:'
        : ending.replace('-', ' ');
  return `${verdict} ${what}${PLAIN.has(entry.kind) ? '' : `, a ${title.toLowerCase()}`}`;
}
