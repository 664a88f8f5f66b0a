import { legacyConfig } from '../../sandbox/argo-yml.ts';
import { commits, onHost } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const KEY = 'EXAMPLE-massive-key-not-real-032';
const TYPO = KEY.replace('massive', 'masisve');
const changed = (find: string, replace: string) =>
  commits({ message: 'Rotate a key', edits: [{ path: 'config.json', find, replace }] });

/** A provider that takes one key: nginx on the host itself, since rows reach nothing else. */
const provider = `cat > /etc/nginx/conf.d/provider.conf <<'END'
server {
    listen 127.0.0.1:8099;
    if ($http_x_api_key = "${KEY}") { return 200; }
    return 401;
}
END
nginx -t -q && systemctl reload nginx
until curl --silent --output /dev/null http://127.0.0.1:8099/; do sleep 0.05; done`;

/** Incident 4 again: what passes every look at a file, and what is changed where nobody looks. */
export const keys: Fault[] = [
  {
    name: 'key-with-a-typo-of-the-right-length',
    incident: 4,
    given: {
      'config.probes': [
        {
          name: 'massive takes the key',
          key: 'massive.api_key',
          url: 'http://127.0.0.1:8099/v1/me',
          headers: { 'X-Api-Key': '{value}' },
          from: 'host',
          unreachable: 'stop',
        },
      ],
    },
    async breaks(world) {
      // It stays when the key is mended: then it must let the deployment pass.
      await world.onHost(provider);
      return changed(KEY, TYPO)(world);
    },
    stage: 'config',
    code: 'key-refused',
    says: /refused massive\.api_key \(HTTP 401\)/,
  },
  {
    name: 'key-still-a-placeholder',
    incident: 4,
    breaks: changed('EXAMPLE-sonar', 'your-api-key-here'),
    stage: 'config',
    code: 'config-invalid',
    says: /sonar\.api_key in config\.json is still a placeholder/,
  },
  {
    name: 'key-there-twice',
    incident: 4,
    breaks: changed('"sonar": {', '"alpha_vantage": {},\n  "sonar": {'),
    stage: 'config',
    code: 'config-invalid',
    says: /alpha_vantage twice: lines 3 and/,
  },
  {
    name: 'config-edited-on-the-host',
    incident: 4,
    breaks: onHost(`sed -i 's/${KEY}/${TYPO}/' ${legacyConfig}`, 'true'),
    outcome: 'shown',
    stage: 'claim',
    says: /argo-legacy\/config\.json was edited by hand at [^(]*\(\S+ differs\)/,
  },
];
