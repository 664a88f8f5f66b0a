import { describe, expect, test } from '@jest/globals';
import { parseDotenv } from '../../src/source/formats/dotenv.ts';
import { parseToml } from '../../src/source/formats/toml.ts';
import { parseYaml } from '../../src/source/formats/yaml.ts';

describe('TOML 1.1, which tomllib before Python 3.15 refuses, gives a warning', () => {
  test.each<[string, string[]]>([
    ['a = { b = 1, }\n', ['line 1, column 12']],
    ['a = 1\nb = {\n  c = 1\n}\n', ['line 2, column 6']],
    ['a = [{ b = 1 }, { c = 2,\n }]\n', ['line 1, column 25']],
    ['a = "\\e[0m"\n', ['line 1, column 5']],
    ['a = ["x", "\\x41"]\n', ['line 1, column 11']],
    ['a = 07:32\n', ['line 1, column 5']],
    ['a = 1979-05-27T07:32Z\n', ['line 1, column 16']],
    ['a = [\n  1, # one {\n  2,\n]\nb = { c = [\n 1,\n] }\n', []],
    ['a = \'\\e\'\nb = "\\\\e {\\n"\nc = 1979-05-27T07:32:00-07:00\n', []],
    ['a = """\n{\n"""\n"07:30" = 1\n', []],
  ])('%j', (text, places) => {
    const { problems, warnings = [] } = parseToml(text);
    expect(problems).toEqual([]);
    expect(warnings.map((one) => one.replace(/:.*$/, ''))).toEqual(places);
  });
});

describe('a key of YAML that is no text', () => {
  test.each(['a: {{ name }}\n', '? [a, b]\n: 1\n', 'a:\n  {{ x }}: 1\n'])('%j', (text) => {
    const [problem, ...others] = parseYaml(text, '1.1').problems;
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^line \d, column \d+: a key is a list or a mapping, which .*PyYAML refuses/,
    );
    expect(parseYaml(text, '1.2').problems).toEqual([]);
  });

  test('a key that is a number or an alias is usable', () => {
    expect(parseYaml('1: a\n&x b: c\n*x : d\n', '1.1').problems).toEqual([]);
  });
});

describe('text after a closing quote in a .env file', () => {
  const python = { dialect: 'dotenv', declared: true, python: true } as const;

  test.each(['A="x";\n', "A='x' y\n", 'A="x" "y"\n', 'A="{"a": 1}"\n'])(
    'python-dotenv ignores the line %j',
    (text) => {
      expect(parseDotenv(text, python).problems).toEqual([
        'line 1: A has text after its closing quote, so python-dotenv ignores the line',
      ]);
    },
  );

  test('Node takes the whole line', () => {
    const { value, problems } = parseDotenv('A="{"a": 1}"\nB="x" y # z\n', {
      ...python,
      python: false,
    });
    expect([value, problems]).toEqual([{ A: '{"a": 1}', B: '"x" y' }, []]);
  });

  test('a comment is no text', () => {
    expect(parseDotenv('A="x" # y\nB=\'x\'# y\n\nC="x"  \n', python).problems).toEqual([]);
  });
});
