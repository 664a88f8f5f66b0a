import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { declaredConfig } from '../../src/deploy/config/config-reading.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import { parseDotenv } from '../../src/source/formats/dotenv.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { temporaryFolder } from '../source/repository.ts';
import { targetWith } from '../support/target.ts';

/** One file for each, since a quote that is never closed takes the rest of it. */
const LINES = [
  'A=plain',
  'A = spaced around',
  'A=two words  ',
  'A="double quoted"',
  "A='single $quoted \\\\n'",
  'A="escaped \\" \\\\ \\$ \\` \\n \\t \\x"',
  'A=bare\\ escaped \\" \\n \\\\',
  'A=value # comment',
  'A="quoted" # comment',
  'A="quoted"   ',
  'A="one" "two"',
  "A='one''two'",
  'A="one"two',
  'A=one"two"',
  'A=one\\\ntwo',
  'A="one\\\ntwo"',
  'A="one\ntwo"',
  "A='one\ntwo'",
  'A=$HOME/x ${HOME}',
  'A=',
  'A=""',
  'A=   ',
  'A=x=y==',
  'A=#hash',
  'A=a#b;c',
  '# A=comment',
  '; A=comment',
  '  # A=indented comment',
  '  A=indented',
  'export A=exported',
  'export\tA=exported by a tab',
  'A-B=dash',
  '1A=digit',
  'A.B=dot',
  'A B=blank in the name',
  'Ä=not ASCII',
  '\uFEFFA=after a mark',
  'A=crlf\r\nB=next\r\n',
  'A="crlf"\r\nB=next\r\n',
  'A=tab\tinside\t',
  'A=trailing backslash\\',
  'A="ends \\\\"',
  "A='it'\\''s'",
  'A=Zoë 😀',
  'A="open\nB=swallowed',
  'A=1\nA=2',
  'stray\nA=after',
  'A=x\\\n\\\ny',
  '=no name\nA=after',
  'A=one\\\r\ntwo',
];

describeOnHosts('the dialect of systemd is that of systemd', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ watch: { checks: 1, interval_seconds: 0.2 } });
  });
  afterAll(() => world.stop());

  test(`in ${LINES.length} files`, async () => {
    const files = LINES.map((text) => Buffer.from(text).toString('base64')).join(' ');
    const said = await world.onHost(`mkdir -p /tmp/env; cd /tmp/env
cat >/etc/systemd/system/env-of@.service <<'END'
[Service]
Type=oneshot
EnvironmentFile=/tmp/env/%i
ExecStart=/bin/sh -c 'exec /usr/bin/env -0 >/tmp/env/%i.out'
END
systemctl daemon-reload
n=0; units=
for one in ${files}; do printf %s "$one" | base64 -d >$n; units="$units env-of@$n"; n=$((n + 1)); done
systemctl start $units || true
i=0; while [ $i -lt $n ]; do base64 -w0 $i.out 2>/dev/null || printf -- -; echo; i=$((i + 1)); done`);
    const theirs = said.split('\n').map((line) => Buffer.from(line, 'base64').toString());
    for (const [index, text] of LINES.entries()) {
      const of = theirs[index]?.split('\0').filter((one) => /^(?:[AB1Ä]|export)/u.test(one));
      const { value } = parseDotenv(text, { dialect: 'systemd', declared: true, python: true });
      const ours = Object.entries(Object(value)).map(([key, one]) => `${key}=${String(one)}`);
      expect([text, ours.toSorted()]).toEqual([text, of?.toSorted()]);
    }
  });

  test('a key that systemd would not give the service stops the release, and the same without export passes', async () => {
    const unit = `[Unit]
Description=the engine
[Service]
User={user}
WorkingDirectory={slot}
EnvironmentFile={environment_file}
EnvironmentFile={slot}/config.env
ExecStart={venv}/bin/python -m uvicorn main:app --host 127.0.0.1 --port {port}
[Install]
WantedBy=multi-user.target
`;
    await world.configure({
      unit: { user: 'trading', template: 'engine.service' },
      config: {
        file: 'config.env',
        target: 'config.env',
        rules: [{ key: 'API_KEY', required: true, min_length: 8 }],
      },
    });
    const put = (env: string) =>
      commit(world.scene.repository, {
        message: 'Configure by environment',
        files: { 'engine.service': unit, 'config.env': env },
      });
    await put('export API_KEY=abcdefgh12345678\nMODE=paper # for now\n');
    const bad = await deploy(world);
    expect(bad.asked).toBe(false);
    expect(stopOf(bad.events)).toMatchObject({
      stage: 'config',
      message: expect.stringContaining(
        'config.env has no key API_KEY: line 1: systemd ignores API_KEY because of export before it',
      ),
    });
    await put('API_KEY=abcdefgh12345678\nMODE=paper # for now\n');
    const good = await deploy(world);
    expect(good.line).toMatch(/^✅/u);
    expect(good.thread).toContain('systemd takes the comment after MODE into its value');
    const environ = await world.onHost(
      "tr '\\0' '\\n' </proc/$(systemctl show -p MainPID --value argo-trading-$(cat /opt/argo-trading/.current_color))/environ",
    );
    expect(environ).toContain('API_KEY=abcdefgh12345678\n');
    expect(environ).toContain('MODE=paper # for now\n');
  });
});

const template = (file: string) => `[Service]\nEnvironmentFile=${file}\n`;

describe('who reads the file', () => {
  const source = createConfigSource({ fingerprintKey: 'a key for tests' });
  const rules = [{ key: 'API_KEY', required: true }];

  async function read(text: string, config: object = {}, unit?: string, environment: object = {}) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.env'), text);
    const service = { config: { file: '.env', target: '.env', rules, ...config } };
    const target = targetWith({ service, environment });
    return source.read('.env', folderTree(folder), declaredConfig(target, unit));
  }

  test.each<[string, object, string | undefined, object]>([
    ['declared', { dialect: 'systemd' }, undefined, {}],
    ['by a template', {}, template('{slot}/.env'), {}],
    ['by a template that lets it be absent', {}, template('-{slot}/.env'), {}],
    ['by a template with a pattern', {}, template('{slot}/.en*'), {}],
    ['by a copy', {}, template('/etc/engine.env'), { config_locations: ['/etc/engine.env'] }],
  ])('systemd, %s', async (_how, config, unit, environment) => {
    const { problems } = await read('export API_KEY=x1y2\n', config, unit, environment);
    expect(problems).toEqual([
      expect.stringContaining('.env has no key API_KEY: line 1: systemd ignores'),
    ]);
  });

  test.each<[string, object, string | undefined]>([
    ['nobody names it', {}, undefined],
    ['the unit reads another file', {}, template('/etc/default/engine')],
    ['dotenv is declared', { dialect: 'dotenv' }, template('{slot}/.env')],
  ])('dotenv where %s', async (_why, config, unit) => {
    const { problems, warnings } = await read('export API_KEY=x1y2\n', config, unit);
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength('dialect' in config ? 0 : 1);
  });

  test('what both read alike is no warning', async () => {
    const text =
      '# c\nAPI_KEY=x1y2\nA="b c"\nB=\'d e\'\n\nPORT=8000\nURL=https://example.com/?a=b\n';
    for (const dialect of ['systemd', 'dotenv']) {
      expect((await read(text, { dialect })).warnings).toEqual([]);
    }
  });

  test.each([
    ['A="a\\tb"', 'reads A by other rules'],
    ['A=${API_KEY}/x', 'leaves the ${…} in A as it is'],
    ['A="b" # c', 'takes the comment after A into its value'],
    ['A-B=c', 'ignores A-B, which is no name of a variable'],
    ['A=b\\\nC=d', 'reads A by other rules'],
  ])('%j: the difference is told', async (line, said) => {
    const { warnings } = await read(`API_KEY=x1y2\n${line}\n`, { dialect: 'systemd' });
    expect(warnings.join()).toContain(said);
  });

  test('dotenv reads what python-dotenv does', () => {
    const { value } = parseDotenv(
      'export A=b c # d\nB="x\\ny\\"z\\q"\nC=\'a\\\'b\\n\'\nD=${A}-${Z:-no}-${Y}\nE="m\nn"\nF=a#b\n',
      { dialect: 'dotenv', declared: true, python: true },
    );
    expect({ ...Object(value) }).toEqual({
      A: 'b c',
      B: 'x\ny"z\\q',
      C: "a'b\\n",
      D: 'b c-no-${Y}',
      E: 'm\nn',
      F: 'a#b',
    });
  });
});
