// Does the stage of `/argo diff`: compares the commits and files of a ref with the live release.
import { requireFact } from '../record/facts.ts';
import { fileChanges, type SinceLive } from '../release/changes.ts';
import { diffManifests } from '../release/manifest.ts';
import { observe } from '../host/observe.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import { baseManifest } from '../release/release-contents.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const compareFiles: Stage = {
  async run(context) {
    const { ports, target, facts, signal } = context;
    const { sha } = requireFact(facts, 'commit');
    const found = await onEveryHost(context, (host) => differenceOn(context, host));
    const seen = Object.values(found);
    const [first] = seen;
    const commits = await ports.source.commits(target.settings.source, first?.commit, sha, 50);
    signal.throwIfAborted();
    const differ = fileChanges(found);
    const [most] = differ.fileChanges;
    const files = (most?.added ?? 0) + (most?.changed ?? 0) + (most?.deleted ?? 0);
    return {
      summary: `${commits.length} commits, ${files} files differ`,
      warnings:
        differ.fileChanges.length > 1
          ? ['the hosts do not have the same release: the commits are those since the first one']
          : [],
      facts: { commits, ...differ },
    };
  },
};

interface Difference extends SinceLive {
  commit: string | undefined;
}

async function differenceOn(context: StageContext, host: Host): Promise<Difference> {
  const { ports, target, facts, signal } = context;
  const { sha } = requireFact(facts, 'commit');
  const { facts: now, liveCommit } = await observe(context, host);
  const { liveRelease: release, liveManifest } = now;
  const commit = await ports.source.files(target.settings.source, sha, signal);
  const { files } = await commit.discover(target.settings.files);
  const live =
    release && liveManifest ? await baseManifest(context, host, release, liveManifest) : [];
  // The config differs by environment; `/argo config diff` compares it.
  const config = target.settings.config?.target;
  const ours = ({ path }: { path: string }): boolean => path !== config;
  const diff = diffManifests(live.filter(ours), files.filter(ours));
  return { from: release, commit: liveCommit, diff };
}
