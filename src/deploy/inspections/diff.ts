// Implements the inspection of `/argo diff`: compares the commits and files of a ref with the live release.
import { fileRules } from '../settings/layout.ts';
import { observe } from '../host/observe.ts';
import type { Host } from '../ports/ports.ts';
import { isCommitRefusal } from '../release/admit-commit.ts';
import { fetchCommit } from '../release/fetch-commit.ts';
import { fileChanges, type SinceLive } from '../release/changes.ts';
import { diffManifests } from '../release/manifest.ts';
import { readManifest } from '../release/known-manifests.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { HostContext } from '../step/stage.ts';
import type { Found } from './inspection.ts';

export async function compareWithLive(context: HostContext, ref?: string): Promise<Found> {
  const { ports, target, signal } = context;
  const { source } = target.settings;
  // A commit that must not be deployed may still be compared, so its refusal becomes a warning.
  const { commit, warnings } = await fetchCommit(context, ref, (sha) =>
    ports.source.admit(source, sha, signal).catch((error: unknown) => {
      if (isCommitRefusal(error)) return { warnings: [error.message] };
      throw error;
    }),
  );
  const found = await onEveryHost(context, (host) => differenceOn(context, host, commit.sha));
  const [first] = Object.values(found);
  const commits = await ports.source.commits(source, first?.commit, commit.sha, 50);
  const differ = fileChanges(found);
  const several =
    differ.fileChanges.length > 1
      ? ['the hosts do not have the same release: the commits are those since the first one']
      : [];
  return {
    findings: { kind: 'diff', facts: { commit, commits, ...differ } },
    warnings: [...warnings, ...several],
  };
}

async function differenceOn(
  context: HostContext,
  host: Host,
  sha: string,
): Promise<SinceLive & { commit: string | undefined }> {
  const { ports, target, signal } = context;
  const { facts, liveCommit: commit } = await observe(context, host);
  const { liveRelease: release, liveManifest } = facts;
  const filesOfCommit = await ports.source.files(target.settings.source, sha, signal);
  const { files } = await filesOfCommit.discover(fileRules(target));
  const live =
    release && liveManifest ? await readManifest(context, host, release, liveManifest) : [];
  // The config is left out, because `/argo config diff` compares it.
  const config = target.settings.config?.target;
  const ours = ({ path }: { path: string }): boolean => path !== config;
  return { from: release, commit, diff: diffManifests(live.filter(ours), files.filter(ours)) };
}
