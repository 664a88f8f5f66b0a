/** Inputs made to be slow to read: by their size, their nesting, or what a naive reader makes of them. */
const MEGABYTES_4 = 4 * 1024 * 1024 - 1_024;

const filled = (piece: string, bytes = MEGABYTES_4): string =>
  piece.repeat(Math.floor(bytes / piece.length));

const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

export const ignoreFiles: Record<string, string> = {
  'of 100,000 lines': lines(100_000, (at) => `*${at}*x`),
  'of 2,900 lines with stars': lines(2_900, (at) => `*a*a*a*a*${at}`),
  'of short lines that a deep path is asked for': lines(2_900, (at) => `**/a/**/a/**/${at}`),
  'of folders at any depth': lines(500, () => `${'**/'.repeat(300)}a/nothing`),
  'of folders around a letter': lines(2_000, () => `${'**/a/'.repeat(60)}nothing`),
  'of stars': lines(2_000, () => `${'*a'.repeat(500)}nothing`),
  'with a line of a megabyte': '*a'.repeat(450_000),
  'with classes': lines(2_000, () => `${'[[:alpha:]a-z]*'.repeat(60)}nothing`),
  'with blanks': lines(900, () => `a${' '.repeat(1_000)}b ${' '.repeat(20)}`),
};

/** By the name of the file, and what is in it. */
export const configs = (): Record<string, string> => ({
  'config.json nested': '['.repeat(MEGABYTES_4),
  'config.json nested objects': filled('{"a":'),
  'config.json flat': `{${lines(150_000, (at) => `"key${at}": "v${at}",`)}"end": 1}`,
  'config.json duplicate keys': `{${filled('"a": 1,')}"a": 1}`,
  'config.json huge number': `{"a": ${'9'.repeat(MEGABYTES_4 - 20)}}`,
  'config.json huge exponent': `{"a": 1e${'9'.repeat(1_000_000)}}`,
  'config.json one text': `{"password": "${filled('a1B2c3D4')}"}`,
  'config.json words': filled('a1B2c3D4e5F6g7H8 '),
  'config.json equal signs': `{"dsn": "${filled(' =')}"}`,
  'config.toml tables': lines(100_000, (at) => `[table.t${at}]\na = ${at}`),
  'config.toml nested tables': `[${filled('a.', 1_000_000)}a]`,
  'config.toml the same table': lines(100_000, () => '[[a]]\nb = 1'),
  'config.toml defined twice': `${lines(50_000, (at) => `a${at} = 1`)}\na1 = 2`,
  'config.toml quotes': filled('"'),
  'config.yml aliases': `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${lines(
    40,
    (at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`,
  )}\n`,
  'config.yml merges': `a0: &a0 {x: 1}\n${lines(
    5_000,
    (at) => `a${at + 1}: &a${at + 1}\n  <<: [*a${at}, *a${at}]\n  k${at}: 1`,
  )}\n`,
  'config.yml nested': '['.repeat(500_000),
  'config.yml flat': lines(150_000, (at) => `key${at}: value`),
  'config.yml indentation': lines(1_500, (at) => `${' '.repeat(at)}a:`),
  '.env long': lines(150_000, (at) => `KEY_${at}=value-${at}`),
  '.env one value': `KEY=${filled('x')}`,
  '.env quotes': filled(`A="`),
  '.env backslashes': `A="${filled('\\')}`,
  '.env comments': filled('#'),
});

const annotated = lines(20_000, (at) => `value_${at}: "dict[str, list[int | None]]" = {}`);

export const pythonFiles: Record<string, string> = {
  'with two megabytes of annotations': `${annotated}\n${lines(20_000, (at) => `def f${at}(a: "list[int]", b: "str | None" = None) -> "dict[str, int]": ...`)}\n`,
  'with deep expressions': `x = ${'('.repeat(50_000)}1${')'.repeat(50_000)}\n`,
  'with deep operators': `x = ${'-'.repeat(200_000)}1\n`,
  'with deep blocks': `${lines(2_000, (at) => `${' '.repeat(at)}if a:`)}\n${' '.repeat(2_000)}pass\n`,
  'with one line of two megabytes': `x = [${'1, '.repeat(700_000)}]\n`,
  'with an endless text': `x = """${'a'.repeat(2_000_000)}`,
  'with many branches': `def f(a):\n${lines(20_000, (at) => `    if a == ${at}:\n        x${at % 50} = 1`)}\n    return x1\n`,
};
