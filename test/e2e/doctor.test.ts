import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { approve, ask, ending } from '../../sandbox/acts.ts';
import { installByHand } from '../../sandbox/engine/install.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/argo-trading';
const unit = 'argo-trading.service';
const cli = join(import.meta.dirname, '../../src/cli.ts');

const Report = z.object({
  parts: z.array(
    z.object({
      title: z.string(),
      findings: z.array(
        z.object({
          level: z.string(),
          what: z.string(),
          text: z.string(),
          fix: z.string().optional(),
        }),
      ),
      plan: z.array(z.string()).optional(),
    }),
  ),
});

interface Said {
  code: number;
  out: string;
}

describeOnHosts('argo-bot doctor', () => {
  let scene: Scene;
  const on = async (script: string): Promise<string> => {
    const answer = await scene.hosts[0]!.exec(script);
    return (answer.stdout + answer.stderr).trim();
  };

  const doctor = (args: string[] = [], different: Record<string, string> = {}) =>
    new Promise<Said>((resolve) => {
      const env = { PATH: process.env['PATH'], ...scene.environment, ...different };
      execFile(
        process.execPath,
        [cli, 'doctor', ...args],
        { cwd: scene.folder, env },
        (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), out: stdout + stderr }),
      );
    });
  const findings = async (args: string[] = [], different: Record<string, string> = {}) => {
    const { code, out } = await doctor(['--json', ...args], different);
    const { parts } = Report.parse(JSON.parse(out));
    // A busy machine answers late, which the doctor says rightly.
    const bad = parts
      .flatMap((part) => part.findings)
      .filter(({ level, what }) => level !== 'ok' && what !== 'latency');
    return { code, parts, bad, names: bad.map(({ level, what }) => `${level} ${what}`) };
  };

  /** Everything that a look could have left behind: on the host, in Redis, in the bot's own folder. */
  const traces = async () => {
    const redis = new Redis(scene.redis.url);
    const keys = (await redis.keys('{argo}:*')).toSorted();
    redis.disconnect();
    return {
      keys,
      host: await on(
        `find / -xdev -newer /run/marker -type f ! -path '/var/log/*' ! -path '/proc/*'; ls -A ${root} ${root}/state 2>&1`,
      ),
    };
  };

  beforeAll(async () => {
    scene = await startScene({ watch: { checks: 2, interval_seconds: 0.2 } });
    await on(`mkdir -p ${root}/blue ${root}/legacy`);
    const path = `${root}/green`;
    const install = { path, port: 8000, unit, release: 'by-hand' };
    await installByHand(scene.hosts[0]!, scene.repository, install);
    await on(`echo green > ${root}/.current_color; sleep 1; touch /run/marker`);
  });
  afterAll(() => scene.stop());

  test('finds a host as it was laid out by hand, says what it would do, and leaves no trace', async () => {
    const before = await traces();
    const { code, out } = await doctor();
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toMatch(/ok +next release +goes into blue, the first of argo-bot/);
    expect(out).toMatch(/users are on argo-trading\.service \(port 8000\), which nginx names/);
    expect(out).toMatch(/works in \/opt\/argo-trading\/green, so that folder is left alone/);
    expect(out).toMatch(/keep \/opt\/argo-trading\/blue, .*releases\/adopted-blue/);
    expect(out).toMatch(
      /write \/etc\/systemd\/system\/argo-trading-blue\.service, which is not there yet/,
    );
    expect(out).toMatch(
      /\(now 127\.0\.0\.1:8000, .* names 127\.0\.0\.1:8001, and reload nginx, without a restart/,
    );
    expect(out).toMatch(/\n\d+ ok, \d warnings?, 0 failures: .* Nothing was changed\.\n$/);
    expect(await traces()).toEqual(before);
  });

  test('tells all the faults of a host at once, each with its fix', async () => {
    await on(`set -e
mv /usr/lib/python3.11/venv /usr/lib/python3.11/venv-away
mv /etc/nginx/sites-enabled/argo-trading /root/
systemctl mask argo-trading-blue.service
printf 'AllowTcpForwarding no\\n' > /etc/ssh/sshd_config.d/no-tunnel.conf
systemctl restart ssh
userdel trading
systemd-run --unit=squatter --collect python3 -m http.server 8001
mkdir -p /etc/systemd/system/broken.service.d && printf '[Service]\\nExecStart=/bin/false\\n' > /etc/systemd/system/broken.service
systemctl daemon-reload; systemctl start broken || true
until curl -so /dev/null 127.0.0.1:8001; do sleep 0.05; done`);
    const { code, bad, names } = await findings();
    expect(code).toBe(1);
    expect(names.toSorted()).toEqual(
      [
        'fail port',
        'fail service user',
        'fail site',
        'fail tunnel',
        'fail unit',
        'fail venv',
        'warn systemd',
      ].toSorted(),
    );
    expect(bad.every(({ fix }) => (fix ?? '').length > 10)).toBe(true);
    expect(bad.find(({ what }) => what === 'port')?.fix).toMatch(/disable --now squatter\.service/);
  });

  test('is content again once they are mended as it said', async () => {
    await on(`set -e
mv /usr/lib/python3.11/venv-away /usr/lib/python3.11/venv
mv /root/argo-trading /etc/nginx/sites-enabled/
systemctl unmask argo-trading-blue.service
rm /etc/ssh/sshd_config.d/no-tunnel.conf
systemctl restart ssh
useradd --system trading
systemctl stop squatter
rm -r /etc/systemd/system/broken.service*; systemctl daemon-reload; systemctl reset-failed`);
    expect(await findings()).toMatchObject({ code: 0, names: [] });
  });

  test('sees that nginx is broken, or does not read the upstream file, or another name is in it', async () => {
    const conf = '/etc/nginx/conf.d/argo-trading-upstream.conf';
    await on(`cp ${conf} /root/kept.conf; echo 'upstream {' >> ${conf}`);
    expect((await findings()).names).toEqual(['fail nginx -t']);
    await on(`sed s/argo_trading/other/ /root/kept.conf > ${conf}
sed -i s/argo_trading/127.0.0.1:8000/ /etc/nginx/sites-available/argo-trading`);
    expect((await findings()).names).toEqual(['fail upstream file', 'fail site']);
    await on(`rm ${conf}`);
    expect((await findings()).names).toContain('fail upstream file');
    await on(`cp /root/kept.conf ${conf}
sed -i s/127.0.0.1:8000/argo_trading/ /etc/nginx/sites-available/argo-trading
nginx -t`);
    expect((await findings()).names).toEqual([]);
  });

  test('tells what is wrong on the bot’s side beside what is wrong on the host, and shows no secret', async () => {
    const yml = scene.environment['ARGO_CONFIG'] ?? '';
    const text = await readFile(yml, 'utf8');
    const key = scene.hosts[0]!.botKeyPath;
    try {
      await chmod(key, 0o644);
      await writeFile(
        yml,
        text
          .replace('branch: main', 'branch: nowhere')
          .replaceAll('U0ADA', 'U0GONE')
          .replaceAll('C0DEPLOYS', 'C0NOTHERE'),
      );
      const token = 'xoxb-not-the-right-one-0123456789';
      const wrong = { SLACK_BOT_TOKEN: token, REDIS_URL: 'redis://:hunter2secret@127.0.0.1:1' };
      const { names, code, parts } = await findings([], wrong);
      expect(code).toBe(1);
      expect(names).toEqual(
        expect.arrayContaining(['fail bot token', 'fail server', 'fail source', 'fail SSH key']),
      );
      expect(JSON.stringify(parts)).not.toMatch(/not-the-right-one|hunter2secret/);
      const right = await findings();
      expect(right.names).toEqual(
        expect.arrayContaining([
          'fail channel C0NOTHERE',
          'fail user U0GONE',
          'fail source',
          'fail SSH key',
        ]),
      );
    } finally {
      await chmod(key, 0o600);
      await writeFile(yml, text);
    }
  });

  test('goes on without a complete environment, without argo.yml, and says both', async () => {
    const { code, names } = await findings([], {
      SLACK_APP_TOKEN: '',
      ARGO_CONFIG: '/nowhere.yml',
    });
    expect(code).toBe(1);
    expect(names).toEqual(['fail environment', 'fail argo.yml']);
    expect(await doctor(['--service', 'other'])).toMatchObject({ code: 2 });
  });

  test('without sudo says the command that gives it, and looks at what needs none', async () => {
    const yml = scene.environment['ARGO_CONFIG'] ?? '';
    const text = await readFile(yml, 'utf8');
    try {
      await on('mv /etc/sudoers.d/deploy /root/');
      // As before argo-bot had a runner.
      const key = await readFile(`${scene.hosts[0]!.botKeyPath}.pub`, 'utf8');
      await on(`echo '${key.trim()}' >>/home/deploy/.ssh/authorized_keys`);
      await writeFile(yml, text.replace('user: root', 'user: deploy'));
      const { names, bad } = await findings();
      expect(names).toEqual(['fail sudo']);
      expect(bad[0]?.fix).toContain('argo-bot host setup --host host-1 --as YOU');
      await on('mv /root/deploy /etc/sudoers.d/');
      expect((await findings()).names).toEqual(['warn key rights']);
    } finally {
      await writeFile(yml, text);
    }
  });

  test('told the truth: the first deployment does just that', async () => {
    const asked = await ask(scene, 'ada', 'deploy');
    await approve(scene, asked);
    expect(await ending(scene, asked)).toMatch(/^✅/u);
    expect(
      await on(
        `readlink ${root}/blue; ls -d ${root}/releases/adopted-blue; test -L ${root}/green || echo ${root}/green alone`,
      ),
    ).toMatch(/^releases\/.*\n.*adopted-blue\n.*green alone$/);
    const { parts, names } = await findings();
    expect(names).toEqual(['fail next release']);
    expect(JSON.stringify(parts)).toMatch(/systemctl disable --now argo-trading\.service/);
  });
});
