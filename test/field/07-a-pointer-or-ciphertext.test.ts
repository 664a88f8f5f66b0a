import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deploy, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { FilesSchema } from '../../src/deploy/settings/settings.ts';
import { declaredConfig } from '../../src/deploy/config/config-reading.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import { discover } from '../../src/source/tree/discover.ts';
import { standInOf } from '../../src/source/files/stand-ins.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { temporaryFolder } from '../source/repository.ts';
import { targetWith } from '../support/target.ts';

const MAC = 'ENC[AES256_GCM,data:9Qk=,iv:1yk=,tag:x0w=,type:str]';
const VAULT = `$ANSIBLE_VAULT;1.1;AES256\n${'6162636465666768\n'.repeat(4)}`;
const LFS = `oid sha256:${'4d7a2146'.repeat(8)}\nsize 12345\n`;

/** Each with the words that name it. */
const POINTERS: [string, string][] = [
  ['a Git LFS pointer', `version https://git-lfs.github.com/spec/v1\n${LFS}`],
  [
    'a Git LFS pointer',
    `version https://git-lfs.github.com/spec/v1\r\n${LFS.replaceAll('\n', '\r\n')}`,
  ],
  [
    'a Git LFS pointer',
    `version https://git-lfs.github.com/spec/v1\next-0-foo sha256:${'ab'.repeat(32)}\n${LFS}`,
  ],
  ['a git-annex pointer', '/annex/objects/SHA256E-s31390--f50d7ac4c6b9.bin\n'],
];
const CIPHERTEXTS: [string, string][] = [
  ['encrypted by git-crypt', '\0GITCRYPT\0\u0001\u0002nonce and more'],
  ['encrypted by ansible-vault', VAULT],
  [
    'encrypted by ansible-vault',
    VAULT.replace('1.1;AES256', '1.2;AES256;prod').replaceAll('\n', '\r\n'),
  ],
  [
    'encrypted by ansible-vault in some',
    `user: argo\npassword: !vault |\n  ${VAULT.replaceAll('\n', '\n  ')}\n`,
  ],
  ['encrypted by sops', `key: ${MAC}\nsops:\n    kms: []\n    mac: ${MAC}\n    version: 3.9.0\n`],
  [
    'encrypted by sops',
    JSON.stringify({ key: MAC, sops: { mac: MAC, version: '3.9.0' } }, null, 2),
  ],
  ['encrypted by sops', `KEY=${MAC}\nsops_mac=${MAC}\nsops_version=3.9.0\n`],
  ['encrypted by sops', `[main]\nkey = ${MAC}\n\n[sops]\nmac = ${MAC}\nversion = 3.9.0\n`],
  ['encrypted by age', 'age-encryption.org/v1\n-> X25519 abc\nxyz\n--- mac\n'],
  [
    'encrypted by age',
    '-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5\ncA==\n-----END AGE ENCRYPTED FILE-----\n',
  ],
  [
    'encrypted by PGP',
    '-----BEGIN PGP MESSAGE-----\n\nhQEMA7Fi\n=abcd\n-----END PGP MESSAGE-----\n',
  ],
  ['encrypted by openssl', 'Salted__12345678ciphertext'],
  ['encrypted by openssl', 'U2FsdGVkX18Zm9vYmFyYmF6\ncXV4cXV1eA==\n'],
  [
    'encrypted by hiera-eyaml',
    'db:\n  password: ENC[PKCS7,MIIBeQYJKoZIhvcNAQcDoIIBajCCAWYCAQAx]\n',
  ],
  [
    'encrypted by Sealed Secrets',
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    a: AgB\n',
  ],
];

/** The same words where they mean nothing. */
const ORDINARY: [string, string][] = [
  ['README.md', `# Secrets\n\nUse sops:\n\n\`\`\`yaml\nsops:\n    mac: ${MAC}\n\`\`\`\n`],
  [
    'README',
    'version https://git-lfs.github.com/spec/v1 is how a pointer begins, with an oid sha256:00\n',
  ],
  ['vault.md', `$ANSIBLE_VAULT;1.1;AES256 is the first line of a vault.\n`],
  ['paths.txt', '/annex/objects/ is where git-annex keeps them.\nMore text.\n'],
  [
    'pgp.txt',
    '-----BEGIN PGP MESSAGE----- and what follows, as in\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n',
  ],
  [
    'key.asc',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n-----END PGP PUBLIC KEY BLOCK-----\n',
  ],
  ['notes.yml', 'about: GITCRYPT, age-encryption.org/v1, Salted__ and ENC[AES256_GCM\n'],
  ['sops.json', JSON.stringify({ sops: { mac: 'none' }, note: 'ENC[AES256_GCM,' })],
  ['vault_case.py', `HEADER = "$ANSIBLE_VAULT;1.1;AES256"\nSOPS = "${MAC}"\n`],
  ['token.txt', 'U2FsdGVkX1 is how openssl begins its output'],
];

const whatIs = (hex: string) => standInOf(Buffer.from(hex, 'hex'))?.what;

async function found(files: Record<string, string>, settings: object) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { problems, warnings } = await discover(folderTree(folder), FilesSchema.parse(settings));
  return {
    problems: problems.map(({ path, problem, next }) => `${path} ${problem}. ${next}`),
    warnings,
  };
}

describe('a file that only stands for another', () => {
  test.each([...POINTERS, ...CIPHERTEXTS])(
    '%s is named where it is required (%#)',
    async (what, text) => {
      const { problems } = await found({ 'keys/api.key': text }, { required: ['keys/api.key'] });
      expect(problems).toEqual([expect.stringContaining(`keys/api.key is ${what}`)]);
      expect(problems[0]).toMatch(/\. (?:Run|Commit|Decrypt|Read) /);
    },
  );

  test.each(POINTERS)(
    '%s is refused wherever it is, also where ciphertext is meant (%#)',
    async (what, text) => {
      const { problems } = await found({ 'model.bin': text }, { encrypted: ['**'] });
      expect(problems).toEqual([expect.stringContaining(what)]);
    },
  );

  test.each(CIPHERTEXTS)('%s may be meant: the team says so (%#)', async (what, text) => {
    const files = { 'secrets/prod.yml': text };
    const meant = { required: ['secrets/prod.yml'], encrypted: ['secrets/*.yml'] };
    expect(await found(files, meant)).toEqual({ problems: [], warnings: [] });
    const elsewhere = await found(files, {});
    if (what.endsWith('git-crypt')) expect(elsewhere.problems).toHaveLength(1);
    else expect(elsewhere).toEqual({ problems: [], warnings: [expect.stringContaining(what)] });
  });

  test('a text that only mentions it passes', async () => {
    const files = Object.fromEntries(ORDINARY);
    expect(await found(files, { required: Object.keys(files) })).toEqual({
      problems: [],
      warnings: [],
    });
  });

  test.each([
    ['gpg --symmetric', '8c0d040703028f2dc5b0c8f0cbfae5ffd23e01'],
    ['gpg --encrypt', `85010c03b162aabbccddeeff0107ff${'5a'.repeat(120)}`],
  ])('what %s writes is ciphertext, and a keyring is not', (_by, hex) => {
    expect(whatIs(hex)).toBe('encrypted by PGP');
    expect(whatIs(`99010d045f${'5a'.repeat(120)}`)).toBeUndefined();
  });

  test('what openssl writes is ciphertext', () => {
    const args = ['enc', '-aes-256-cbc', '-pbkdf2', '-k', 'x'];
    const { status, stdout } = spawnSync('openssl', args, { input: 'the key\n' });
    // Not every machine has it.
    if (status === 0) expect(standInOf(stdout)?.what).toContain('openssl');
  });

  test('a link of git-annex, and a file of which git has another form only', async () => {
    const folder = temporaryFolder();
    symlinkSync('.git/annex/objects/Xk/0p/SHA256-s3--ab/SHA256-s3--ab', join(folder, 'model.bin'));
    writeFileSync(join(folder, 'data.csv.dvc'), 'outs:\n- md5: ab\n  path: data.csv\n');
    writeFileSync(join(folder, 'key.pem.gpg'), 'ciphertext');
    const required = ['model.bin', 'data.csv', 'key.pem'];
    const { problems } = await discover(folderTree(folder), FilesSchema.parse({ required }));
    expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      'data.csv is required, but the commit has only data.csv.dvc: DVC keeps only a pointer in git',
      'key.pem is required, but the commit has only key.pem.gpg: only its ciphertext is in git',
      'model.bin is a git-annex link, not the file itself',
    ]);
  });
});

describe('a config that is one', () => {
  const source = createConfigSource({ fingerprintKey: 'a key for tests' });
  const rules = [{ key: 'password', required: true, length: 12 }];

  async function read(name: string, text: string, files: object = {}) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), text);
    const target = targetWith({ service: { config: { file: name, rules }, files } });
    return source.read(name, folderTree(folder), declaredConfig(target));
  }

  test.each([...POINTERS, ...CIPHERTEXTS])(
    '%s is refused by name, not as a syntax error (%#)',
    async (what, text) => {
      const { problems } = await read('config.yml', text);
      expect(problems).toEqual([expect.stringContaining(`config.yml is ${what}`)]);
    },
  );

  test('one that the service decrypts itself is deployed as it is, and a change of it is seen', async () => {
    const files = { encrypted: ['config.yml'] };
    const one = await read('config.yml', VAULT, files);
    expect(one.problems).toEqual([]);
    expect(one.warnings).toEqual([
      'config.yml is encrypted by ansible-vault, so its rules were not checked',
    ]);
    const other = await read('config.yml', `${VAULT}6162\n`, files);
    expect(Object.keys(other.fingerprints)).toEqual(Object.keys(one.fingerprints));
    expect(other.fingerprints).not.toEqual(one.fingerprints);
  });
});

describeOnHosts('a release with a required key that git-crypt has locked', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({
      watch: { checks: 1, interval_seconds: 0.2 },
      service: { files: { required: ['keys/api.key'] } },
    });
  });
  afterAll(() => world.stop());

  test('is refused and named; the same key in the clear goes live', async () => {
    const put = (text: string) =>
      commit(world.scene.repository, { message: 'Bring the key', files: { 'keys/api.key': text } });
    await put('\0GITCRYPT\0\u0001\u0002nonce and ciphertext');
    const locked = await deploy(world);
    expect(locked.asked).toBe(false);
    expect(stopOf(locked.events)).toMatchObject({
      stage: 'files',
      message: expect.stringContaining('keys/api.key is encrypted by git-crypt'),
    });
    expect(locked.thread).toContain('git-crypt unlock');
    await put(VAULT);
    expect(stopOf((await deploy(world)).events)?.message).toContain('encrypted by ansible-vault');
    await put('the key, which git-crypt and sops: no longer hide\n');
    expect((await deploy(world)).line).toMatch(/^✅/u);
    const release = '/opt/argo-trading/$(cat /opt/argo-trading/.current_color)';
    expect(await world.onHost(`cat ${release}/keys/api.key`)).toContain('the key');
  });
});
