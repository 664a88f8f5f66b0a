import { z } from 'zod';
import { attempt, command } from './command.ts';

/** For benchmarks of network devices (RFC 2544), never routed; then a corner of 10/8. */
export const subnets: readonly string[] = [
  ...range(256).map((third) => `198.18.${third}`),
  ...range(256).map((third) => `198.19.${third}`),
  ...range(256).map((third) => `10.213.${third}`),
];

/** Loopback, or an address that only a test host can have. */
export function isOurs(hostname: string): boolean {
  if (hostname === 'localhost' || /^127(\.\d{1,3}){3}$/.test(hostname)) return true;
  return subnets.includes(hostname.slice(0, hostname.lastIndexOf('.')));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** Tells whether this machine already reaches a subnet some way (a VPN, another run). */
export async function routedSubnets(): Promise<(subnet: string) => boolean> {
  const listed = await command('ip', ['-json', '-4', 'route', 'show', 'table', 'all']);
  const routes = z
    .array(z.object({ dst: z.string() }))
    .parse(JSON.parse(listed))
    .filter((route) => route.dst !== 'default')
    .map((route) => blockOf(route.dst));
  return (subnet) => {
    const ours = blockOf(`${subnet}.0/24`);
    return routes.some((route) => route.first <= ours.last && ours.first <= route.last);
  };
}

function blockOf(cidr: string): { first: number; last: number } {
  const [address = '', bits = '32'] = cidr.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

export async function makeBridge(name: string, subnet: string): Promise<void> {
  await command('ip', ['link', 'add', name, 'type', 'bridge']);
  await command('ip', ['address', 'add', `${subnet}.1/24`, 'dev', name]);
  await command('ip', ['link', 'set', name, 'up']);
}

/** A network namespace of that name, plugged into the bridge by a link of the same name. */
export async function plugIn(name: string, bridge: string, address: string): Promise<void> {
  await command('ip', ['netns', 'add', name]);
  await command('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name]);
  await command('ip', ['link', 'set', name, 'master', bridge, 'up']);
  await command('ip', ['-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0']);
  await command('ip', ['-n', name, 'link', 'set', 'eth0', 'up']);
  await command('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
}

export async function setLink(name: string, state: 'up' | 'down'): Promise<void> {
  await command('ip', ['link', 'set', name, state]);
}

export async function unplug(name: string): Promise<void> {
  await attempt('ip', ['link', 'delete', name]);
  await attempt('ip', ['netns', 'delete', name]);
}

export async function namespacesOf(prefix: string): Promise<string[]> {
  const listed = await command('ip', ['-json', 'netns', 'list']);
  const names = z
    .array(z.object({ name: z.string() }))
    .parse(JSON.parse(listed || '[]'))
    .map((entry) => entry.name);
  return names.filter((name) => name.startsWith(`${prefix}-`));
}
