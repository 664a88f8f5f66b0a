// Describes the newest commit on the approval card, with the number of others and a link to their diff.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { webAddress } from '../../../deploy/settings/web-address.ts';
import { code, counted, escaped, quoted, releaseCommit } from '../parts/text.ts';

/** Returns one line about the newest commit, escaped; none if the deployment has no commit. */
export function commitLine({ facts }: Deployment, target: Target | undefined): string[] {
  const { commit, commits = [], hosts = {} } = facts;
  if (!commit) return [];
  const from = Object.values(hosts).map(({ liveRelease }) => liveRelease ?? '');
  const live =
    new Set(from.map(releaseCommit)).size === 1 ? releaseCommit(from[0] ?? '') : undefined;
  const others = commits.length - 1;
  const more = others > 0 ? counted(others, 'more commit') : 'diff';
  const url = target && webAddress(target.settings.source, live, commit.sha);
  const link = url ? `<${escaped(url)}|${more}>` : others > 0 ? more : '';
  return [
    `${code(commit.sha.slice(0, 7), 7)} ${quoted(commit.subject, 110)}${link && ` · ${link}`}`,
  ];
}
