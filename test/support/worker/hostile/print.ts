const piece = 'x'.repeat(64 * 1024);
const more = (): void => {
  while (process.stdout.write(piece));
  process.stdout.once('drain', more);
};
more();
