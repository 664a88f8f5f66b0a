// Explains an HTTP status for people: where it redirects, and which setting of argo.yml helps.
import type { HttpAnswer } from '../ports/ports.ts';

/** Statuses with which services reject an unknown host name. */
const WRONG_HOST: ReadonlySet<number> = new Set([400, 403, 421]);

/** Returns `301 to https://engine.example/health`, and a setting that may help. `named`: health.host of argo.yml. */
export function describeHttpStatus(
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  url: URL,
  named: string | undefined,
): string {
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    const target = URL.parse(location, url.href);
    const shown = (target ? shownAs(target) : location).slice(0, 200);
    return `${status} to ${shown}${target ? adviceFor(target, url, named) : ''}`;
  }
  if (WRONG_HOST.has(status) && named === undefined)
    return `${status} (asked as ${url.host}; if the service takes other names only, set health.host)`;
  return String(status);
}

/** Leaves out the URL's login and query, because they may contain a credential. */
function shownAs(target: URL): string {
  return `${target.origin === 'null' ? target.protocol : target.origin}${target.pathname}${target.search === '' ? '' : '?…'}`;
}

/** Suggests a setting. Redirects are not followed, because a login page answers 200 although the service is broken. */
function adviceFor(target: URL, url: URL, named: string | undefined): string {
  const name = named ?? url.host;
  if (target.protocol === 'https:' && url.protocol === 'http:')
    return ' (it wants HTTPS; if a proxy adds that, set health.headers: { X-Forwarded-Proto: https })';
  if (target.host !== url.host && target.host !== name)
    return ` (it wants to be asked as ${target.host}: set health.host)`;
  if (target.pathname !== url.pathname)
    return ` (redirects are not followed: declare the path ${target.pathname})`;
  return ' (redirects are not followed)';
}
