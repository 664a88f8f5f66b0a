// Lists ruff's names of Python's keywords and operators.

/** Soft keywords: in most places they are ordinary names. */
export const SOFT: ReadonlySet<string> = new Set(['Match', 'Case', 'Type', 'Lazy']);

const words =
  'False None True and as assert async await break class continue def del elif else except finally for ' +
  'from global if import in is lambda nonlocal not or pass raise return try while with yield ' +
  'match case type lazy';

/** ruff's name for each keyword: `If`, `Def`, … */
export const KEYWORDS: ReadonlyMap<string, string> = new Map(
  words.split(' ').map((word) => [word, word.charAt(0).toUpperCase() + word.slice(1)]),
);

/** ruff's name for each operator and bracket. */
export const OPERATORS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '(': 'Lpar',
    ')': 'Rpar',
    '[': 'Lsqb',
    ']': 'Rsqb',
    '{': 'Lbrace',
    '}': 'Rbrace',
    ':': 'Colon',
    ',': 'Comma',
    ';': 'Semi',
    '+': 'Plus',
    '-': 'Minus',
    '*': 'Star',
    '/': 'Slash',
    '|': 'Vbar',
    '&': 'Amper',
    '<': 'Less',
    '>': 'Greater',
    '=': 'Equal',
    '.': 'Dot',
    '%': 'Percent',
    '~': 'Tilde',
    '^': 'CircumFlex',
    '@': 'At',
    '!': 'Exclamation',
    '==': 'EqEqual',
    '!=': 'NotEqual',
    '<=': 'LessEqual',
    '>=': 'GreaterEqual',
    '<<': 'LeftShift',
    '>>': 'RightShift',
    '**': 'DoubleStar',
    '//': 'DoubleSlash',
    '+=': 'PlusEqual',
    '-=': 'MinusEqual',
    '*=': 'StarEqual',
    '/=': 'SlashEqual',
    '%=': 'PercentEqual',
    '&=': 'AmperEqual',
    '|=': 'VbarEqual',
    '^=': 'CircumflexEqual',
    '@=': 'AtEqual',
    '->': 'Rarrow',
    ':=': 'ColonEqual',
    '<<=': 'LeftShiftEqual',
    '>>=': 'RightShiftEqual',
    '**=': 'DoubleStarEqual',
    '//=': 'DoubleSlashEqual',
    '...': 'Ellipsis',
  }),
);

/** Operators of one character that no longer operator begins with, by character code. */
export const ALONE: readonly (string | undefined)[] = Array.from({ length: 127 }, (_, code) => {
  const text = String.fromCharCode(code);
  const longer = [...OPERATORS.keys()].some((one) => one.length > 1 && one.startsWith(text));
  return longer ? undefined : OPERATORS.get(text);
});
