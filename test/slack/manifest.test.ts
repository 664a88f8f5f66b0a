import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { COMMAND, usageHint } from '../../src/slack/grammar/commands.ts';
import { scopes } from '../../src/slack/api/scopes.ts';
import { manifest } from './support/bot.ts';
import { registered } from './support/registered.ts';

test('the manifest declares exactly the command that is registered', () => {
  expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([COMMAND]);
});

/** Slack's limit, by the manifest's types in @slack/web-api. */
const LONGEST_HINT = 1_000;

test('the hint of the command names every command; `npm run golden` renews it', () => {
  const hint = usageHint();
  expect(hint.length).toBeLessThanOrEqual(LONGEST_HINT);
  if (process.env['GOLDEN'] === 'renew') {
    const text = readFileSync('manifest.yml', 'utf8');
    writeFileSync(
      'manifest.yml',
      text.replace(/(?<=usage_hint: ).*/, () => hint),
    );
  } else expect(manifest.features.slash_commands.map((one) => one.usage_hint)).toEqual([hint]);
});

test('the manifest declares exactly the shortcuts that are registered', () => {
  const declared = manifest.features.shortcuts.map(({ callback_id: id }) => id);
  expect(declared.toSorted()).toEqual(registered().shortcut.map(String).toSorted());
});

test('the manifest asks for exactly the scopes that the calls need', () => {
  const needed = new Set(['commands', ...Object.values(scopes).flat()]);
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
});

test('the table of scopes holds exactly the methods that the code calls', () => {
  const called = new Set(
    sources().flatMap((text) =>
      [...text.matchAll(/client\.([a-z]+(?:\.[a-zA-Z]+)+)\(/g)].map(([, method]) => method ?? ''),
    ),
  );
  // The group look-up is chained over lines.
  if (sources().some((text) => /client\.usergroups\.users\s*\.list\(/.test(text)))
    called.add('usergroups.users.list');
  expect(called).toEqual(new Set(Object.keys(scopes)));
});

test('Socket Mode is on, so no command has an address', () => {
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  expect(JSON.stringify(manifest)).not.toContain('"url"');
});

function sources(): string[] {
  return readdirSync('src/slack', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join('src/slack', name), 'utf8'));
}
