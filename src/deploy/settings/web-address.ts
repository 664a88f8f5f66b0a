// Decides the web address of a commit, or of the changes between two commits.
import type { ServiceSettings } from './settings.ts';

interface Forge {
  host: RegExp;
  commit: (sha: string) => string;
  compare: (from: string, to: string) => string;
}

/** As of GitHub, Gitea and Forgejo. */
const usual: Forge = {
  host: /^(?:.+\.)?(?:github|gitea|forgejo|codeberg)\./,
  commit: (sha) => `/commit/${sha}`,
  compare: (from, to) => `/compare/${from}...${to}`,
};
const forges: readonly Forge[] = [
  usual,
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

/** `from`: the live commit, if there is one. Undefined for a local path and for an unknown host without `source.web`. */
export function webAddress(
  source: ServiceSettings['source'],
  from: string | undefined,
  to: string,
): string | undefined {
  const base = source.web ?? ('git' in source ? derived(source.git) : undefined);
  if (base === undefined || !URL.canParse(base)) return undefined;
  const { host } = new URL(base);
  const forge = forges.find((one) => one.host.test(host)) ?? usual;
  const page = from === undefined || from === to ? forge.commit(to) : forge.compare(from, to);
  return `${base.replace(/\/+$/, '')}${page}`;
}

/** `git@github.com:org/engine.git` becomes `https://github.com/org/engine`; a user and token are left out. */
function derived(address: string): string | undefined {
  const [, host = '', path = ''] =
    /^(?:https?:\/\/|ssh:\/\/)(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(address) ??
    /^(?:[^@/]+@)?([^/:]+):(?!\/)(.+)$/.exec(address) ??
    [];
  if (!forges.some((one) => one.host.test(host))) return undefined;
  return `https://${host}/${path.replace(/\/+$/, '').replace(/\.git$/, '')}`;
}
