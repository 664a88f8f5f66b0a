// Reads properties of an error of unknown type, without trusting its class.

/** Reads a property of any object, because errors of other realms (such as vm contexts) fail `instanceof Error`. */
export function propertyOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

export function messageOf(error: unknown): string {
  const message = propertyOf(error, 'message');
  return typeof message === 'string' ? message : String(error);
}
