// Decides whether replacing the upstream file on a host would move its traffic.
import type { Answer } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { fail, type Finding, ok, warn } from '../finding.ts';

/** No findings if nginx is missing, because the tools report that. */
export function nginxFindings(examined: Answer, { place }: Target): Finding[] {
  const version = examined.maybe('nginx');
  if (version === undefined || place.strategy === 'restart') return [];
  const { upstream, upstream_file: file } = place.proxy;
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
  const problem = fileProblem(examined, served, { file, upstream });
  found.push(
    problem
      ? fail('upstream file', problem.text, problem.fix)
      : ok('upstream file', `${file} names ${served.join(', ')}`),
    siteFinding(examined.maybe('passed'), upstream),
  );
  if (served.length > 1)
    found.push(
      warn(
        'upstream file',
        `${file} names ${served.length} servers; a switch leaves one`,
        'look at it before the first deployment',
      ),
    );
  return found;
}

interface Names {
  file: string;
  upstream: string;
}

/** Why replacing this file would not move traffic; undefined if it would. */
function fileProblem(
  examined: Answer,
  served: string[],
  { file, upstream }: Names,
): { text: string; fix: string } | undefined {
  const main = examined.maybe('nginx_main') ?? '/etc/nginx/nginx.conf';
  const folder = file.slice(0, file.lastIndexOf('/'));
  const reload = 'then nginx -t && systemctl reload nginx';
  if (examined.maybe('upstream_folder') === 'missing')
    return {
      text: `the folder of ${file} does not exist`,
      fix: `mkdir -p ${folder}, and include it in the http block of ${main}`,
    };
  if (served.length === 0)
    return { text: `${file} is missing or names no server`, fix: write(file, upstream) };
  if (examined.maybe('upstream') !== 'included')
    return {
      text: `nginx does not read ${file}: replacing it would move nothing`,
      fix: `add to the http block of ${main}: include ${file};\n${reload}`,
    };
  const within = examined.maybe('within') || 'http';
  if (!['http', 'stream'].includes(within))
    return {
      text: `nginx reads ${file} within "${within}", and argo-bot writes a whole upstream block into it`,
      fix: `include it in the http block of ${main} instead; ${reload}`,
    };
  const declared = examined.maybe('declared') ?? '';
  if (declared.startsWith('elsewhere '))
    return {
      text: `${declared.slice('elsewhere '.length)} declares the upstream ${upstream}, not ${file}`,
      fix: `take it out there, or give that file as upstream_file; ${reload}`,
    };
  if (declared !== 'here')
    return {
      text: `${file} does not declare the upstream ${upstream}`,
      fix: write(file, upstream),
    };
  return undefined;
}

/** `passed` is unknown if a site passes to a variable, which only nginx can evaluate. */
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

/** PORT is for the operator to replace, who knows where the service runs today. */
function write(file: string, upstream: string): string {
  return `printf 'upstream ${upstream} { server 127.0.0.1:PORT; }\\n' > ${file}, with the PORT that the service has today`;
}
