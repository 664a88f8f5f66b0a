// Reads several things ahead of their use, in order.

/** Each item with what `read` gives for it, at most `most` of them open at once. */
export async function* readAhead<Item, Content>(
  items: readonly Item[],
  most: number,
  read: (item: Item) => Promise<Content>,
): AsyncGenerator<[Item, Content]> {
  const open: Promise<Content>[] = [];
  for (const [index, item] of items.entries()) {
    for (const next of items.slice(index + open.length, index + most)) {
      const content = read(next);
      // It is awaited below. Without a listener until then, its rejection would end the process.
      content.catch(() => undefined);
      open.push(content);
    }
    const content = await open.shift();
    if (content !== undefined) yield [item, content];
  }
}
