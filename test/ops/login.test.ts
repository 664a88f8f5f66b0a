import { expect, test } from '@jest/globals';
import { createLogin } from '../../src/ops/login.ts';

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const good = basic('ops', 'a long password');
const bad = basic('ops', 'a wrong password');

test('lets in who has user and password, and nobody else', () => {
  const login = createLogin('ops', 'a long password');
  expect(login('10.0.0.1', undefined)).toBe('asked');
  expect(login('10.0.0.1', 'Bearer x')).toBe('asked');
  expect(login('10.0.0.1', bad)).toBe('refused');
  expect(login('10.0.0.1', basic('op', 'sa long password'))).toBe('refused');
  expect(login('10.0.0.1', good)).toBe('in');
});

test('bars an address after five failures for a minute, and no other one', () => {
  let time = 0;
  const login = createLogin('ops', 'a long password', () => time);
  for (let times = 0; times < 5; times += 1) expect(login('10.0.0.1', bad)).toBe('refused');
  expect(login('10.0.0.1', good)).toBe('barred');
  expect(login('10.0.0.2', good)).toBe('in');
  time += 60_000;
  expect(login('10.0.0.1', good)).toBe('in');
});

test('a good password ends the count, and to be asked is no failure', () => {
  const login = createLogin('ops', 'a long password');
  for (let times = 0; times < 20; times += 1) {
    expect(login('10.0.0.1', bad)).toBe('refused');
    expect(login('10.0.0.1', undefined)).toBe('asked');
    expect(login('10.0.0.1', good)).toBe('in');
  }
});
