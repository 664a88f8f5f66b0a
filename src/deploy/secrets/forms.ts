// Decides in which forms a secret is searched for: in pieces, without blanks, as base64 and as hex.
import type { Edge } from './search.ts';

export interface Forms {
  /** Searched in the text, and in the text without escapes. */
  plain: Map<string, Edge>;
  /** Searched in the text without blanks. */
  squeezed: Map<string, Edge>;
  /** Base64; the base64 text around a match is masked too. */
  base64: Map<string, Edge>;
}

/** A long secret is searched in pieces, so that a half that was cut off is found. */
const PIECE = 64;
const LONGEST = 65_536;
/** Characters that identify a random text. */
const GRAM = 12;

export function formsOf(secret: string): Forms {
  const text = secret.slice(0, LONGEST);
  const forms: Forms = { plain: new Map(), squeezed: new Map(), base64: new Map() };
  for (const piece of piecesOf(text)) {
    forms.plain.set(piece, edgeOf(piece));
    addEncoded(forms, piece);
  }
  if (/^\d{5,40}$/.test(text)) forms.plain.set(withCommas(text), 'digits');
  if (text.includes(' ')) forms.plain.set(text.replaceAll(' ', '+'), 'any');
  const tight = text.replaceAll(/[\s\p{Cf}\p{Cc}]+/gu, '');
  if (tight.length >= 8 && /\D/.test(tight)) {
    for (const piece of piecesOf(tight)) forms.squeezed.set(piece, edgeOf(piece));
  }
  for (const token of text.match(/[\w+/=~-]{16,}/g) ?? []) {
    if (isRandom(token)) for (const gram of gramsOf(token)) forms.plain.set(gram, 'any');
  }
  return forms;
}

/** The last piece overlaps, so that none is short. */
function piecesOf(text: string): string[] {
  if (text.length <= PIECE) return [text];
  const count = Math.ceil(text.length / PIECE);
  return Array.from({ length: count }, (_, index) => {
    const start = Math.min(index * PIECE, text.length - PIECE);
    return text.slice(start, start + PIECE);
  });
}

function addEncoded(forms: Forms, piece: string): void {
  const bytes = Buffer.from(piece);
  if (bytes.length < 4) return;
  const hex = bytes.toString('hex');
  for (const one of [hex, hex.toUpperCase()]) {
    forms.plain.set(one, 'any');
    forms.squeezed.set(one, 'any');
  }
  for (const offset of [0, 1, 2]) {
    const core = coreOf(bytes, offset);
    if (core.length < 6) continue;
    for (const one of [core, core.replaceAll('+', '-').replaceAll('/', '_')])
      forms.base64.set(one, 'any');
  }
}

/** The characters that do not depend on the bytes before and after. */
function coreOf(bytes: Buffer, offset: number): string {
  const all = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return all.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/** Short texts and words occur inside others, where they are no secret. */
function edgeOf(text: string): Edge {
  if (/^[\d.,+-]+$/.test(text)) return text.length < 8 ? 'both' : 'digits';
  if (text.length < 6) return 'both';
  return text.length < 8 && /^\p{L}+$/u.test(text) ? 'letters' : 'any';
}

function withCommas(digits: string): string {
  return digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Substrings of a random text, without those that may be words or numbers. */
function gramsOf(token: string): string[] {
  const all = Array.from({ length: token.length - GRAM + 1 }, (_, at) =>
    token.slice(at, at + GRAM),
  );
  return all.filter((gram) => !/[a-z]{8}|\d{11}/.test(gram));
}

/** Letters and digits alternate more often than in words, dates and names. */
function isRandom(token: string): boolean {
  const kinds = token.replaceAll(/[^A-Za-z\d]/g, '').match(/[a-z]+|[A-Z]+|\d+/g) ?? [];
  return new Set(token).size >= 8 && kinds.length >= Math.max(5, token.length / 5);
}
