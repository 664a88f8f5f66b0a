// Reads the next items while the current one is used.

/** Yields each item with the result of `read`, in order. At most `limit` reads run at once. */
export async function* readAhead<Item, Content>(
  items: readonly Item[],
  limit: number,
  read: (item: Item) => Promise<Content>,
): AsyncGenerator<[Item, Content]> {
  const pending: Promise<Content>[] = [];
  for (const [index, item] of items.entries()) {
    for (const next of items.slice(index + pending.length, index + limit)) {
      const content = read(next);
      // `content` is awaited later. Without this listener, a rejection before that would end the process.
      content.catch(() => undefined);
      pending.push(content);
    }
    const content = await pending.shift();
    if (content !== undefined) yield [item, content];
  }
}
