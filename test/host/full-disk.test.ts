import { expect, test } from '@jest/globals';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { onHost } from './support/on-host.ts';

const root = '/srv/engine';

describeOnHosts('a host whose disk is full', () => {
  const { run, on } = onHost({
    given: { root, strategy: 'proxy' },
    once: `mkdir -p ${root} && mount -t tmpfs -o size=1m,mode=755 tmpfs ${root}`,
  });

  test('takes no release into the room for tidying up; can be tidied up, by a higher epoch too, and keeps its journal', async () => {
    await run('claim', { epoch: 1 });
    const upload = `${root}/releases/.incoming-r1`;
    await on(`mkdir ${upload}; dd if=/dev/zero of=${upload}/file bs=4k 2>&1`);
    expect(await on(`df --output=avail ${root} | tail -1`)).toBe('0');
    const small = { epoch: 1, release: 'r2', base: '', manifest: '' };
    await expect(run('upload', small)).rejects.toMatchObject({
      message: expect.stringContaining('is full, so nothing was sent'),
    });
    await run('cleanup', {
      epoch: 7,
      release: 'r1',
      unit_blue: 'engine-blue.service',
      unit_green: 'engine-green.service',
      port_blue: 8001,
      port_green: 8002,
      upstream_file: '/etc/nginx/conf.d/none.conf',
      live_before: '',
    });
    expect(await on(`ls -A ${root}/releases`)).toBe('');
    expect(await on(`cat ${root}/state/epoch`)).toBe('7');
    expect(await on(`tail -n 1 ${root}/state/journal.jsonl`)).toContain('"event":"end","code":0');
    // Laid by for the next time.
    expect(await on(`stat -c %s ${root}/state/ballast`)).toBe('65536');
  });

  test('moves no users without room for the way back, and keeps what it has of it', async () => {
    await run('claim', { epoch: 8, room: 131_072 });
    // Enough for the fence, too little for a guard.
    await on(`dd if=/dev/zero of=${root}/filler bs=4k 2>&1; truncate -s -40960 ${root}/filler`);
    await run('claim', { epoch: 8 });
    await expect(run('claim', { epoch: 8, room: 131_072 })).rejects.toMatchObject({
      message: expect.stringContaining('is full, so no traffic was moved'),
    });
    expect(await on(`stat -c %s ${root}/state/ballast`)).toBe('65536');
    expect(await on(`stat -c %s ${root}/state/room`)).toBe('0');
    await on(`rm ${root}/filler`);
    await run('claim', { epoch: 8, room: 131_072 });
  });
});
