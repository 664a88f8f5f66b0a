import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { parseSettings } from '../../src/argo-yml/argo-yml.ts';
import { isFailure } from '../../src/deploy/record/errors.ts';

const alone = {
  hosts: [
    {
      name: 'h1',
      address: 'h1.internal',
      host_keys: ['ssh-ed25519 AAAA'],
      identity_file: 'keys/argo',
    },
  ],
  root: '/opt/engine',
  strategy: 'restart',
  port: 8000,
};
const serviceWith = (production: object) => ({
  source: { git: 'https://git.invalid/engine.git' },
  unit: { user: 'engine', exec_start: '{venv}/bin/uvicorn main:app' },
  health: { path: '/health' },
  environments: { production },
});
const restarting = (changes: object = {}): string =>
  stringify({ services: { engine: serviceWith({ ...alone, ...changes }) } });
const both = (changes: object): string =>
  stringify({
    services: {
      engine: serviceWith(alone),
      other: serviceWith({ ...alone, root: '/opt/other', ...changes }),
    },
  });

function mistakes(text: string): string[] {
  try {
    parseSettings(text, 'argo.yml');
    return [];
  } catch (error) {
    if (!isFailure(error)) throw error;
    return error.message.split('\n').slice(1);
  }
}

describe('strategy', () => {
  test('restart has a port, and neither slots nor a proxy', () => {
    const { engine } = parseSettings(restarting(), 'argo.yml').services;
    expect(engine?.environments['production']).toMatchObject({ strategy: 'restart', port: 8000 });
    expect(mistakes(restarting({ port: undefined }))).toEqual([
      expect.stringContaining('production.port: is missing; expected a number'),
    ]);
    expect(
      mistakes(restarting({ slots: { blue: { port: 1 }, green: { port: 2 } }, old_slot: 'warm' })),
    ).toEqual([
      expect.stringContaining('production.slots: is not a setting'),
      expect.stringContaining('production.old_slot: is not a setting'),
    ]);
  });

  test('another one is told the two there are', () => {
    expect(mistakes(restarting({ strategy: 'canary' }))).toEqual([
      expect.stringContaining('production.strategy: must be proxy or restart'),
    ]);
  });

  test.each(['../evil', 'engine/x.service', '-x', 'a b', 'a\nb'])(
    'a unit cannot be named %j',
    (unit_name) => {
      expect(mistakes(restarting({ unit_name }))).toEqual([
        expect.stringContaining('production.unit_name: use the name of a unit'),
      ]);
    },
  );

  test('two services cannot have one unit or one port on a host', () => {
    expect(mistakes(both({ port: 9000 }))).toEqual([]);
    expect(mistakes(both({ port: 9000, unit_name: 'engine' }))).toEqual([
      expect.stringContaining('production.unit_name: the unit engine on h1.internal'),
    ]);
    expect(mistakes(both({}))).toEqual([expect.stringContaining('production.port: the port 8000')]);
  });
});
