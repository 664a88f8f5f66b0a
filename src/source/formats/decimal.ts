/** What a number is worth, exactly: 0.digits × 10^exponent, however many digits it has. */
interface Decimal {
  negative: boolean;
  /** Without zeros at either end; nothing for zero. */
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

/** A number as its file writes it: `9007199254740993` and `1.00` keep every digit. */
export class Numeric {
  /** As it stands in the file. */
  readonly written: string;
  /** The same in decimal notation, or Infinity, -Infinity, NaN. */
  readonly decimal: string;

  constructor(written: string, decimal = written) {
    this.written = written;
    this.decimal = decimal;
  }

  /** Digits beyond those of a double do not count here. */
  toJSON(): number {
    return Number(this.decimal);
  }

  isWhole(): boolean {
    const own = decimalOf(this.decimal);
    return own !== undefined && own.exponent >= own.digits.length;
  }

  /** Below 0: less than the other; undefined where one of them is NaN or no number. */
  compare(other: string): number | undefined {
    const [a, b] = [decimalOf(this.decimal), decimalOf(other)];
    if (a && b) return compareDecimals(a, b);
    const difference = Number(this.decimal) - Number(other);
    if (Number(this.decimal) === Number(other)) return 0;
    return Number.isNaN(difference) ? undefined : difference;
  }

  /** One text for all writings of one number; where a double holds it, as JSON.stringify has it. */
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

/** A text that is a decimal number, as a number; undefined for any other. */
export function numericOf(text: string): Numeric | undefined {
  return decimalOf(text) ? new Numeric(text) : undefined;
}
