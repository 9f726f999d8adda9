/** Items of several sources as they come; the order within each source is kept. When one fails, or the reader stops, all are ended. */
export async function* interleave<Item>(sources: readonly AsyncGenerator<Item>[]): AsyncGenerator<Item> {
  const nextOf = async (source: AsyncGenerator<Item>) => ({ source, result: await source.next() });
  const waiting = new Map(sources.map((source) => [source, nextOf(source)]));
  try {
    while (waiting.size > 0) {
      const { source, result } = await Promise.race(waiting.values());
      if (result.done === true) waiting.delete(source);
      else {
        yield result.value;
        waiting.set(source, nextOf(source));
      }
    }
  } finally {
    for (const next of waiting.values()) next.catch(() => undefined);
    await Promise.allSettled([...waiting.keys()].map((source) => source.return(undefined)));
  }
}
