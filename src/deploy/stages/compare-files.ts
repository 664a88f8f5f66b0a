import { known } from '../layout.ts';
import { diffManifests } from '../manifest.ts';
import { observe } from '../observe.ts';
import { onEveryHost } from '../on-every-host.ts';
import type { FileDiff, Host } from '../ports.ts';
import { baseManifest } from '../release-contents.ts';
import type { Stage, StageContext } from '../stage.ts';

const MOST_NAMED = 200;

/** `/argo diff`: the commits and files of a ref beside what users are on. */
export const compareFiles: Stage = {
  name: 'compare-files',
  title: 'Compared with what is live',
  on: 'every-host',
  changes: false,
  timeoutMs: 60_000,
  async run(context) {
    const { ports, target, facts, signal } = context;
    const { sha } = known(facts, 'commit');
    const seen = Object.values(await onEveryHost(context, (host) => differenceOn(context, host)));
    const [first] = seen;
    const commits = await ports.source.commits(target.settings.source, first?.commit, sha, 50);
    signal.throwIfAborted();
    const diff = first?.diff ?? { added: [], changed: [], deleted: [] };
    const agree = new Set(seen.map(({ release }) => release)).size <= 1;
    const files = diff.added.length + diff.changed.length + diff.deleted.length;
    return {
      summary: `${commits.length} commits, ${files} files differ`,
      warnings: agree ? [] : ['the hosts do not have the same release: this is the first one'],
      facts: { commits, diff },
    };
  },
};

interface Difference {
  release: string | undefined;
  commit: string | undefined;
  diff: FileDiff;
}

async function differenceOn(context: StageContext, host: Host): Promise<Difference> {
  const { ports, target, facts, signal } = context;
  const { sha } = known(facts, 'commit');
  const { facts: now, liveCommit: commit } = await observe(context, host);
  const { liveRelease: release, liveManifest } = now;
  const checkout = await ports.source.checkout(target.settings.source, sha, signal);
  const { files } = await ports.source.discover(checkout, target.settings.files);
  const live =
    release && liveManifest ? await baseManifest(context, host, release, liveManifest) : [];
  // Each environment has its own config in its place; `/argo config diff` compares that.
  const config = target.settings.config?.target;
  const ours = ({ path }: { path: string }): boolean => path !== config;
  const diff = diffManifests(live.filter(ours), files.filter(ours));
  return {
    release,
    commit,
    diff: {
      added: diff.added.slice(0, MOST_NAMED),
      changed: diff.changed.slice(0, MOST_NAMED),
      deleted: diff.deleted.slice(0, MOST_NAMED),
    },
  };
}
