const kept: Buffer[] = [];
setInterval(() => kept.push(Buffer.alloc(32 * 1024 ** 2, kept.length + 1)), 5);
