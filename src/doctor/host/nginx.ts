// Decides whether replacing the upstream file on a host would move its traffic.
import type { Answer } from '../../deploy/ports/ports.ts';
import type { ProxySettings, Target } from '../../deploy/settings/settings.ts';
import { fail, type Finding, ok, warn } from '../finding.ts';

/** Returns no findings if nginx is missing, because tools.ts reports that. */
export function nginxFindings(examined: Answer, { place }: Target): Finding[] {
  const version = examined.maybe('nginx');
  if (version === undefined || place.strategy === 'restart') return [];
  const { proxy } = place;
  const { upstream, upstream_file: file } = proxy;
  const state = examined.maybe('nginx_state') ?? '';
  const found: Finding[] = [
    state === 'active'
      ? ok('nginx', version)
      : fail(
          'nginx',
          `${version}, but it is ${state || 'not a unit'}`,
          'systemctl enable --now nginx',
        ),
  ];
  const config = examined.maybe('nginx_config');
  if (config !== 'ok')
    return [
      ...found,
      fail(
        'nginx -t',
        `refused: ${config ?? 'nothing said'}`,
        'nginx -t; fix the line it names, then systemctl reload nginx',
      ),
    ];
  const served = examined.values('served');
  found.push(fileFinding(examined, served, proxy), siteFinding(examined.maybe('passed'), upstream));
  if (served.length > 1)
    found.push(
      warn(
        'upstream file',
        `${file} names ${served.length} servers; a switch leaves one`,
        'check it before the first deployment',
      ),
    );
  return found;
}

const wrong = (text: string, fix: string): Finding => fail('upstream file', text, fix);

/** Tells whether a new upstream file would move traffic: nginx must read it, and no other file declare the upstream. */
function fileFinding(
  examined: Answer,
  served: string[],
  { upstream_file: file, upstream }: ProxySettings,
): Finding {
  const main = examined.maybe('nginx_main') ?? '/etc/nginx/nginx.conf';
  const folder = file.slice(0, file.lastIndexOf('/'));
  const reload = 'then nginx -t && systemctl reload nginx';
  if (examined.maybe('upstream_folder') === 'missing')
    return wrong(
      `the folder of ${file} does not exist`,
      `mkdir -p ${folder}, and include it in the http block of ${main}`,
    );
  if (served.length === 0)
    return wrong(`${file} is missing or names no server`, write(file, upstream));
  if (examined.maybe('upstream') !== 'included')
    return wrong(
      `nginx does not read ${file}: replacing it would move nothing`,
      `add to the http block of ${main}: include ${file};\n${reload}`,
    );
  const within = examined.maybe('within') || 'http';
  if (!['http', 'stream'].includes(within))
    return wrong(
      `nginx reads ${file} within "${within}", and argo-bot writes a whole upstream block into it`,
      `include it in the http block of ${main} instead; ${reload}`,
    );
  const declared = examined.maybe('declared') ?? '';
  if (declared.startsWith('elsewhere '))
    return wrong(
      `${declared.slice('elsewhere '.length)} declares the upstream ${upstream}, not ${file}`,
      `take it out there, or give that file as upstream_file; ${reload}`,
    );
  if (declared !== 'here')
    return wrong(`${file} does not declare the upstream ${upstream}`, write(file, upstream));
  const beside = examined.maybe('beside') ?? '';
  if (beside !== '')
    return wrong(
      `${file} has "${beside}" beside the upstream, and argo-bot replaces the whole file`,
      `move everything but the upstream ${upstream} into another file that nginx reads; ${reload}`,
    );
  return ok('upstream file', `${file} names ${served.join(', ')}`);
}

/** Tells whether a site passes requests to the upstream. `passed` is `unknown` if proxy_pass contains a variable. */
function siteFinding(passed: string | undefined, upstream: string): Finding {
  if (passed === 'yes') return ok('site', `passes to ${upstream}`);
  if (passed === 'unknown')
    return ok('site', `passes to a variable, which may lead to ${upstream}: nginx alone can tell`);
  return fail(
    'site',
    `no site passes to ${upstream}, so users would not follow a switch`,
    `in the site's location: proxy_pass http://${upstream};\nthen nginx -t && systemctl reload nginx`,
  );
}

/** Returns a command that writes the upstream file. The operator replaces PORT by the service's current port. */
function write(file: string, upstream: string): string {
  return `printf 'upstream ${upstream} { server 127.0.0.1:PORT; }\\n' > ${file}, with the PORT that the service has today`;
}
