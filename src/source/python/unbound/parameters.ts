// Reads the parameters of a Python function: their names, annotations and default values.
import { closing, outside, split, type Token } from '../tokens/tokens.ts';

export interface Parameter {
  name: string | undefined;
  annotation: Token[];
  value: Token[];
}

/** `head` begins with the function's name. Type parameters come first: `f[T: (int, str)](a: T)`. */
export function parametersOf(head: readonly Token[]): Parameter[] {
  const open = opening(head);
  return split(head.slice(open + 1, closing(head, open)), 'Comma').map((part) => {
    const [colon = part.length] = outside(part, 'Colon');
    const [equal = part.length] = outside(part, 'Equal');
    return {
      name: part.find(({ kind }) => !kind.endsWith('Star'))?.name,
      annotation: part.slice(colon + 1, equal),
      value: part.slice(equal + 1),
    };
  });
}

/** The annotations of a function: those of its parameters, and `int` of `-> int`. */
export function annotationsOf(head: readonly Token[]): Token[] {
  const returned = head.slice(closing(head, opening(head)) + 1);
  return [...parametersOf(head).flatMap(({ annotation }) => annotation), ...returned];
}

function opening(head: readonly Token[]): number {
  return head[1]?.kind === 'Lsqb' ? closing(head, 1) + 1 : 1;
}
