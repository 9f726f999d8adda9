import { expect, it } from 'vitest';
import { withoutIgnored } from './ignored-files.ts';

it('listens while it compares very many paths with very many patterns', async () => {
  const patterns = Array.from({ length: 6000 }, (_, index) => `*a*${index}b`);
  const files = Array.from({ length: 20_000 }, (_, index) => ({ path: `${'a'.repeat(200)}${index}`, blobId: '', sizeBytes: 0 }));
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  const context = { gitDir: '/dev/null', searchPath: '', timeoutMs: 1000, signal: controller.signal };
  await expect(withoutIgnored(files, patterns, context)).rejects.toMatchObject({ code: 'cancelled' });
});
