// Decides what an unquoted YAML text means in YAML 1.1 (PyYAML) and in YAML 1.2.
import { Numeric } from './decimal.ts';
import type { Value } from './values.ts';

export type YamlVersion = '1.1' | '1.2';

/** The type and value of an unquoted text. */
export interface Read {
  kind:
    | 'null'
    | 'a boolean'
    | 'a number'
    | 'an octal number'
    | 'a number to base 60'
    | 'a date'
    | 'text';
  value: Value;
}

const text = (written: string): Read => ({ kind: 'text', value: written });
const number = (written: string, decimal: string, kind: Read['kind'] = 'a number'): Read => ({
  kind,
  value: new Numeric(written, decimal),
});

/** PyYAML's rules: YAML 1.1, except that `y`, `n` and numbers such as `1e3` are text. */
function readAs11(written: string): Read {
  if (/^(?:~|null|Null|NULL|)$/.test(written)) return { kind: 'null', value: null };
  if (/^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(written)) return bool(true);
  if (/^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(written)) return bool(false);
  const plain = written.replaceAll('_', '');
  if (/^[-+]?0(?:b[01_]+|x[0-9a-fA-F_]+)$/.test(written)) return integer(written, plain);
  if (/^[-+]?0[0-7_]+$/.test(written)) {
    const octal = plain.replace(/0+(?=.)/, '0o');
    return /[1-7]/.test(plain) ? integer(written, octal, 'an octal number') : number(written, '0');
  }
  if (/^[-+]?(?:0|[1-9][0-9_]*)$/.test(written)) return number(written, plain);
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(written)) {
    const isFloat = written.includes('.');
    return isFloat || /^[-+]?[1-9]/.test(written) ? toBase60(written, plain) : text(written);
  }
  if (
    /^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/.test(written) ||
    /^\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?$/.test(written)
  )
    return number(written, plain);
  if (DATE.test(written)) return { kind: 'a date', value: written };
  return infinityOrNan(written) ?? text(written);
}

/** The core schema of YAML 1.2. */
function readAs12(written: string): Read {
  if (/^(?:~|[Nn]ull|NULL)?$/.test(written)) return { kind: 'null', value: null };
  if (/^(?:[Tt]rue|TRUE)$/.test(written)) return bool(true);
  if (/^(?:[Ff]alse|FALSE)$/.test(written)) return bool(false);
  if (/^0o[0-7]+$/.test(written)) return integer(written, written, 'an octal number');
  if (/^0x[0-9a-fA-F]+$/.test(written)) return integer(written, written);
  if (/^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(written))
    return number(written, written);
  return infinityOrNan(written) ?? text(written);
}

export function readScalar(written: string, version: YamlVersion): Read {
  return version === '1.1' ? readAs11(written) : readAs12(written);
}

const DATE =
  /^\d{4}-(?:\d\d-\d\d|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

function bool(value: boolean): Read {
  return { kind: 'a boolean', value };
}

/** An integer with an optional sign and a prefix that names its base. */
function integer(written: string, digits: string, kind: Read['kind'] = 'a number'): Read {
  const unsigned = digits.replace(/^[-+]/, '');
  if (/^0[xbo]$/.test(unsigned)) return text(written);
  return number(written, `${written.startsWith('-') ? '-' : ''}${BigInt(unsigned)}`, kind);
}

function toBase60(written: string, plain: string): Read {
  const [first = '', fraction] = plain.replace(/^[-+]/, '').split('.');
  const worth = first.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  const sign = written.startsWith('-') ? '-' : '';
  const decimal = `${sign}${worth}${fraction ? `.${fraction}` : ''}`;
  return number(written, decimal, 'a number to base 60');
}

function infinityOrNan(written: string): Read | undefined {
  if (/^\.(?:nan|NaN|NAN)$/.test(written)) return number(written, 'NaN');
  if (!/^[-+]?\.(?:inf|Inf|INF)$/.test(written)) return undefined;
  return number(written, written.startsWith('-') ? '-Infinity' : 'Infinity');
}
