// Reads properties of an error of unknown type, without trusting its class.

/** Errors of other realms fail `instanceof Error`, so this reads a property of any object. */
export function propertyOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

export function messageOf(error: unknown): string {
  const message = propertyOf(error, 'message');
  return typeof message === 'string' ? message : String(error);
}
