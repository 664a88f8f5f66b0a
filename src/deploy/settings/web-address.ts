// Decides the web address of a commit, or of the changes between two commits.
import type { ServiceSettings } from './settings.ts';

interface Forge {
  host: RegExp;
  commit: (sha: string) => string;
  compare: (from: string, to: string) => string;
}

/** Paths of GitHub, Gitea and Forgejo, also used for an unknown host with `source.web`. */
const githubLike: Forge = {
  host: /^(?:.+\.)?(?:github|gitea|forgejo|codeberg)\./,
  commit: (sha) => `/commit/${sha}`,
  compare: (from, to) => `/compare/${from}...${to}`,
};
const forges: readonly Forge[] = [
  githubLike,
  {
    host: /^(?:.+\.)?gitlab\./,
    commit: (sha) => `/-/commit/${sha}`,
    compare: (from, to) => `/-/compare/${from}...${to}`,
  },
  {
    host: /^(?:.+\.)?bitbucket\./,
    commit: (sha) => `/commits/${sha}`,
    compare: (from, to) => `/branches/compare/${to}..${from}`,
  },
];

/** Returns the page of a commit, or of the changes since `from`; undefined for a local path or an unknown host. */
export function webAddress(
  source: ServiceSettings['source'],
  from: string | undefined,
  to: string,
): string | undefined {
  const base = source.web ?? ('git' in source ? websiteOf(source.git) : undefined);
  if (base === undefined || !URL.canParse(base)) return undefined;
  const { host } = new URL(base);
  const forge = forges.find((one) => one.host.test(host)) ?? githubLike;
  const page = from === undefined || from === to ? forge.commit(to) : forge.compare(from, to);
  return `${base.replace(/\/+$/, '')}${page}`;
}

/** Converts `git@github.com:org/engine.git` to `https://github.com/org/engine`, without user and token. */
function websiteOf(address: string): string | undefined {
  const [, host = '', path = ''] =
    /^(?:https?:\/\/|ssh:\/\/)(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(address) ??
    /^(?:[^@/]+@)?([^/:]+):(?!\/)(.+)$/.exec(address) ??
    [];
  if (!forges.some((one) => one.host.test(host))) return undefined;
  return `https://${host}/${path.replace(/\/+$/, '').replace(/\.git$/, '')}`;
}
