/**
 * Shannon entropy in bits a character. `text` holds UTF-8 bytes, a character each; characters are counted by code point and divided by
 * the number of bytes, which is how gitleaks counts: thresholds of its rules keep their meaning.
 */
export const shannonEntropy = (text: string): number => {
  if (text.length === 0) return 0;
  const isAscii = !/[\x80-\xff]/.test(text);
  const counts = new Map<string, number>();
  for (const char of isAscii ? text : Buffer.from(text, 'latin1').toString('utf8')) counts.set(char, (counts.get(char) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    entropy -= share * Math.log2(share);
  }
  return entropy;
};
