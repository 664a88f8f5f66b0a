import { expect, test } from '@jest/globals';
import { lex } from '../../../../src/source/python/tokens/lexer.ts';
import { ruffTokens } from '../ruff-tokens.ts';

const SOFT = /^(?:Match|Case|Type|Lazy)$/;
const NOWHERE = /^(?:Newline|Indent|Dedent)$/;

/** Kinds, with the text where a token has a place of its own; whether a soft keyword is one is not ours to say. */
function ours(source: string): string[] {
  return lex(source).map(({ kind, start, name }) =>
    told(kind, name ?? source.slice(start, start + 1)),
  );
}

function ruffs(source: string): string[] {
  return ruffTokens(source)
    .filter(({ kind }) => kind !== 'EndOfFile')
    .map(({ kind, text }) =>
      told(kind, kind === 'Identifier' || SOFT.test(kind) ? text : text.slice(0, 1)),
    );
}

function told(kind: string, text: string): string {
  if (NOWHERE.test(kind)) return kind;
  return SOFT.test(kind) ? `Identifier ${text}` : `${kind} ${text}`;
}

test.each<[string, string]>([
  ['nothing', ''],
  ['only comments', '# one\n\n   # two'],
  ['no line break at the end', 'def f():\n  if a:\n    b'],
  ['blank lines and comments in a block', 'if a:\n\n  # x\n# y\n\tb\n\n\n  # z\nc\n'],
  ['dedent by two', 'if a:\n  if b:\n    c\nd\n'],
  ['brackets over lines', 'f(\n  a,\n# x\n b)\nx = [\n]\n{\n}\n'],
  ['continued lines', 'a = 1 + \\\n  2\nif a and \\\n b: pass\n'],
  ['line ends of Windows', 'if a:\r\n  b\r\n\r\nc = (\r\n1)\r\n'],
  ['form feed', 'a\n\x0c\nb\n'],
  ['every operator', 'a+b-c*d/e|f&g<h>i%j~k^l@m==n!=o<=p>=q<<r>>s**t//u\n'.replace('~k', '^~k')],
  [
    'every update',
    'a+=b;a-=b;a*=b;a/=b;a|=b;a&=b;a%=b;a^=b;a@=b;a<<=b;a>>=b;a**=b;a//=b;(a:=b);x[...]\n',
  ],
  ['arrows', 'def f(a: int, /, *b, **c) -> None: ...\n'],
  ['numbers', '0x1F 0o17 0b1_0 1_000 1.5 .5 5. 1e5 1E-5 1j 1.5J 0 00\n'.replaceAll(' ', ';')],
  ['a number before a word', 'a = 1if b else 2\n'],
  ['a dot after a bracket', 'a().b[1].c\n'],
  ['words beyond ASCII', 'naïve = größe + "🚀" + π\n'],
  ['keywords and soft ones', 'match = case = type = _ = None\nmatch (a):\n  case [b, *_]: pass\n'],
  [
    'strings',
    `a = 'x' "y" b'z' rb"\\"" u'' '''a'b\n''c''' """d"e\n\\""" + r'\\' + '\\\\' + '\\''\n`,
  ],
  ['a name that ends like a prefix', 'barf = "x"\n'],
  ['f-strings', `f'a{b}c' F"{{{d}}}" rf"\\{e}" f'' f'''{\n f\n}\n''' fr'{g!r}'\n`],
  ['formats', `f'{a:>{b}}' f'{a!s:{b}.{c}}' f'{a=}' f'{a:%H:%M}' f'{(lambda: 1)}' f'{a["x"]:x}'\n`],
  ['formats with brackets', `f'{ {"a": 1}["a"] }' f'{a[1:2]}' f'{f(b, c=d)}' f"{a != b}"\n`],
  ['nested f-strings', `f'{f"{a}" + f"{b:{f"{c}"}}"}'\n`],
  ['names of characters', `f'\\N{DIGIT ONE}{a}' rf'\\N{b}'\n`],
  ['templates', `t'a{b}c' rt'\\{d}'\n`],
])('reads %s as ruff does', (_, source) => {
  expect(ours(source)).toEqual(ruffs(source));
});

test('ends with whatever it is given', () => {
  for (const broken of [`'open`, `f'{a`, `f'{a:`, `'''`, `f"\\N{x`, '(', 'if a:\n  b\n c', '\\']) {
    expect(() => lex(broken)).not.toThrow();
  }
});
