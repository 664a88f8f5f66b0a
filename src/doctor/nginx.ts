import type { Answer } from '../deploy/ports.ts';
import type { Target } from '../deploy/settings.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

/** Whether a switch of the upstream file would be a switch of the traffic. */
export function nginxFindings(examined: Answer, { place }: Target): Finding[] {
  const version = examined.maybe('nginx');
  // That it is missing is said among the tools.
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
        'nginx -t; mend the line it names, then systemctl reload nginx',
      ),
    ];
  const served = examined.values('served');
  if (examined.maybe('upstream_folder') === 'missing')
    found.push(
      fail(
        'upstream file',
        `the folder of ${file} does not exist`,
        `mkdir -p ${file.slice(0, file.lastIndexOf('/'))}, and include it in the http block of /etc/nginx/nginx.conf`,
      ),
    );
  else if (served.length === 0)
    found.push(
      fail('upstream file', `${file} is missing or names no server`, write(file, upstream)),
    );
  else if (examined.maybe('upstream') !== 'included')
    found.push(
      fail(
        'upstream file',
        `nginx does not read ${file}: replacing it would move nothing`,
        `add to the http block of /etc/nginx/nginx.conf: include ${file};\nthen nginx -t && systemctl reload nginx`,
      ),
    );
  else if (examined.maybe('declared') !== 'yes')
    found.push(
      fail(
        'upstream file',
        `${file} does not declare the upstream ${upstream}`,
        write(file, upstream),
      ),
    );
  else found.push(ok('upstream file', `${file} names ${served.join(', ')}`));
  found.push(
    examined.maybe('passed') === 'yes'
      ? ok('site', `passes to ${upstream}`)
      : fail(
          'site',
          `no site passes to ${upstream}, so users would not follow a switch`,
          `in the site's location: proxy_pass http://${upstream};\nthen nginx -t && systemctl reload nginx`,
        ),
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

/** The port is for a person to fill in: only they know where the service runs today. */
function write(file: string, upstream: string): string {
  return `printf 'upstream ${upstream} { server 127.0.0.1:PORT; }\\n' > ${file}, with the PORT that the service has today`;
}
