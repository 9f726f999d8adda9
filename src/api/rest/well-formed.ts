/**
 * False where a text or key holds half of a surrogate pair. Only an escape brings one into JSON, and nothing can store, hash or print it as it
 * is. Without recursion, since nesting is the client's to choose.
 */
export const isWellFormedJson = (value: unknown): boolean => {
  const open = [value];
  while (open.length > 0) {
    const item = open.pop();
    if (typeof item === 'string' && !item.isWellFormed()) return false;
    if (typeof item !== 'object' || item === null) continue;
    for (const [key, member] of Object.entries(item)) {
      if (!key.isWellFormed()) return false;
      open.push(member);
    }
  }
  return true;
};
