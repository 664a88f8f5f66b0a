// Reads several items at once before they are used, and yields them in order.

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
      // The promise is awaited below. Without a listener until then, its rejection would end the process.
      content.catch(() => undefined);
      pending.push(content);
    }
    const content = await pending.shift();
    if (content !== undefined) yield [item, content];
  }
}
