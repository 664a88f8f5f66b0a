// Compares and normalizes numbers of any length exactly, without doubles.

/** The exact value of a number: 0.digits × 10^exponent. */
interface Decimal {
  negative: boolean;
  /** The digits without zeros at either end; empty for the number 0. */
  digits: string;
  exponent: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

function decimalOf(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', power = '0'] = DECIMAL.exec(text) ?? [];
  const all = whole + fraction;
  if (all === '') return undefined;
  let from = 0;
  let to = all.length;
  while (all[from] === '0') from += 1;
  while (to > from && all[to - 1] === '0') to -= 1;
  const digits = all.slice(from, to);
  if (digits === '') return { negative: false, digits, exponent: 0 };
  return { negative: sign === '-', digits, exponent: Number(power) + whole.length - from };
}

/** A number of a config. It keeps every digit of `9007199254740993` and `1.00`. */
export class Numeric {
  /** The text in the file. */
  readonly written: string;
  /** The number in decimal notation, or Infinity, -Infinity, NaN. */
  readonly decimal: string;

  constructor(written: string, decimal = written) {
    this.written = written;
    this.decimal = decimal;
  }

  /** For JSON.stringify. Loses digits that a double cannot hold. */
  toJSON(): number {
    return Number(this.decimal);
  }

  isWhole(): boolean {
    const own = decimalOf(this.decimal);
    return own !== undefined && own.exponent >= own.digits.length;
  }

  /** Negative if less than `other`; undefined if one of them is NaN or not a number. */
  compare(other: string): number | undefined {
    const [a, b] = [decimalOf(this.decimal), decimalOf(other)];
    if (a && b) return compareDecimals(a, b);
    const difference = Number(this.decimal) - Number(other);
    if (Number(this.decimal) === Number(other)) return 0;
    return Number.isNaN(difference) ? undefined : difference;
  }

  /** One text for all notations of a number, so that configs with `1e3` and with `1000` have the same fingerprint. */
  canonical(): string {
    const short = JSON.stringify(Number(this.decimal));
    if (this.compare(short) === 0) return short;
    const own = decimalOf(this.decimal);
    return own ? `${own.negative ? '-' : ''}0.${own.digits}e${own.exponent}` : this.decimal;
  }
}

function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const sign = a.negative ? -1 : 1;
  if (a.digits === '' || b.digits === '') return sign * (a.digits.length - b.digits.length);
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -sign : sign;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -sign : sign;
}

/** The number in a text; undefined if the text is not a decimal number. */
export function numericOf(text: string): Numeric | undefined {
  return decimalOf(text) ? new Numeric(text) : undefined;
}
