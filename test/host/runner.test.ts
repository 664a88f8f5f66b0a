import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { runnerFiles } from '../../src/host/run/script-text.ts';

const files = runnerFiles('/usr/local/lib/argo-bot/test');
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
const scripts = files.filter(({ path }) => path.startsWith('scripts/'));

const declared = (port: number, user: string): string =>
  `root=/srv/a\nunit_blue=a-blue.service\nport_blue=${port}\nuser=${user}\n`;

/** What the runner says to a parameter, on a host with two environments under one root. */
function admitted(lines: string): string {
  const given = lines.split('\n').map((line) => {
    const at = line.indexOf('=');
    return `admit '${line.slice(0, at)}' '${line.slice(at + 1)}'`;
  });
  const script = [
    "newline='\n'",
    textOf('admit'),
    // Instead of the files of a host.
    `read_places() { left=' 1 2'; place_1='${declared(8001, 'one')}'; place_2='${declared(9001, 'two')}'; }`,
    ...given,
  ].join('\n');
  const { stdout, stderr } = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8' });
  return stdout + stderr;
}

describe('what the runner takes from the connection', () => {
  test('it knows every parameter that a script uses', () => {
    const used = new Set(
      scripts.flatMap(({ text }) =>
        [...text.matchAll(/\bp_([a-z_]+)/g)].map(([, name = '']) => name),
      ),
    );
    expect(used.size).toBeGreaterThan(40);
    const unknown = [...used].filter((name) =>
      admitted(`root=/srv/a\n${name}=`).includes('not known'),
    );
    expect(unknown).toEqual([]);
    expect(admitted('root=/srv/a\nnew_one=x')).toMatch(/not known here/);
  });

  test('all values together must belong to one environment', () => {
    expect(admitted('root=/srv/a\nport_blue=8001\nuser=one')).toBe('');
    expect(admitted('root=/srv/a\nport_blue=9001\nuser=two')).toBe('');
    expect(admitted('root=/srv/a\nport_blue=9001\nuser=one')).toMatch(/user: "one" is not what/);
  });

  test.each([
    ['port_blue=8001', /root must come first/],
    ['root=/srv', /root: "\/srv" is not what/],
    ['root=/srv/a\nrelease=..', /release: it is no plain name/],
    ['root=/srv/a\nrelease=a/b', /release: it is no plain name/],
    ['root=/srv/a\nepoch=1x', /epoch: it is no number/],
    ['root=/srv/a\nentry=/etc/passwd', /entry: it leads out of the release/],
    ['root=/srv/a\nentry=a/../../b', /entry: it leads out of the release/],
    ['root=/srv/a\nurl=http://127.0.0.1:22/', /url: "22" is not what/],
    ['root=/srv/a\nurl=http://example.com:8001/', /does not begin with/],
    ['root=/srv/a\nurl=http://127.0.0.1:8001@example.com/', /url: "8001@example.com" is not what/],
    ['root=/srv/a\nimports=a;b', /no list of modules/],
  ])('%j is refused', (lines, why) => {
    expect(admitted(lines)).toMatch(why);
  });

  test.each([
    'root=/srv/a\nrelease=20261128-214307-5187247\nentry=src/main.py\nepoch=12\nimports=main argo.core',
    'root=/srv/a\nunit=a-blue.service\nurl=http://127.0.0.1:8001/health?x=1\nconfig=\nuser=one\npython=/usr/bin/python3',
  ])('%j is taken', (lines) => {
    expect(admitted(lines)).toBe('');
  });
});
