import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFinder, type PatternFinder } from '../../../../../test/support/pattern-finder.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { textOf } from '../tree.ts';
import { dockerfile } from './dockerfile.ts';

let finder: PatternFinder;
beforeAll(async () => {
  finder = await openFinder(dockerfile);
});
afterAll(() => finder.close());

describe('instructions', () => {
  it.each([
    ['FROM $IMAGE:$TAG', 'FROM --platform=linux/amd64 host:5000/a/b:1.2 AS base', 1],
    ['FROM $IMAGE:$TAG', 'FROM a@sha256:00', 0],
    ['FROM $IMAGE:$TAG', 'FROM a:1@sha256:00', 1],
    ['FROM $IMAGE', 'FROM $BASE', 0],
    ['FROM debian', 'FROM debian:12', 1],
    ['FROM $IMAGE AS $NAME', 'FROM debian', 0],
    ['FROM $IMAGE AS $NAME', 'FROM debian as b', 1],
    ['USER root', 'user root:root', 1],
    ['COPY $A $B', 'COPY --chown=u a b', 1],
    ['COPY $A $B', 'COPY ["a", "b"]', 1],
    ['COPY $A $B', 'COPY a b c', 0],
    ['COPY --from=$S $A $B', 'COPY a b', 0],
    ['ARG $X', 'ARG A=b', 0],
    ['ARG $X=...', 'ARG A=b', 1],
    ['ENV ... B=$X ...', 'ENV A=b B="c d"', 1],
    ['ENV A=$X', 'ENV A b', 1],
    ['EXPOSE 22', 'EXPOSE 22/tcp', 0],
    ['HEALTHCHECK CMD ...', 'HEALTHCHECK --interval=5s CMD x y', 1],
    ['MAINTAINER $X', 'MAINTAINER foo bar', 1],
    ['ONBUILD $X', 'ONBUILD RUN a', 1],
    ['VOLUME $X', 'VOLUME ["/a"]', 1],
    ['CMD [..., "b", ...]', 'CMD ["a", "b"]', 1],
    ['CMD [...]', 'CMD a b', 0],
    ['CMD $WORD ...', 'CMD ["a", "b"]', 0],
    ['USER $X\n...\nUSER $Y', 'FROM a\nUSER b\nRUN c\nUSER d\n', 1],
  ])('%j in %j', (pattern, text, count) => {
    expect(finder.find(pattern, `${text}\n`)).toHaveLength(count);
  });

  it('tell the name of an image from its tag', () => {
    expect(finder.bound('FROM $IMAGE', 'FROM host:5000/a:1\n', '$IMAGE')).toEqual(['host:5000/a']);
  });
});

describe('what RUN hands to the shell', () => {
  it.each([
    ['RUN a b', 'RUN x && a b | c', 1],
    ['RUN a b', 'RUN a b c', 0],
    ['RUN a b', 'RUN a b; c', 0],
    ['RUN a ... --x ...', 'RUN q && a b --x', 1],
    ['RUN ... | ...', 'RUN set -e && a | b', 1],
    ['RUN ... | ...', 'RUN a || b', 0],
    ['RUN ... && clean ...', 'RUN a && b && clean all', 1],
    ['RUN sudo ...', 'RUN echo "sudo a"', 0],
    ['RUN sudo ...', 'RUN if x; then sudo a; fi', 0],
    ['RUN echo ...', 'RUN echo "a && b" $(c | d)', 1],
    ['RUN $C | $D', 'RUN echo "a | b"', 0],
    ['RUN a 2>&1 | b', 'RUN a 2>&1 | b', 1],
    ['a update', 'RUN x && a update', 1],
  ])('%j in %j', (pattern, text, count) => {
    expect(finder.find(pattern, `${text}\n`)).toHaveLength(count);
  });

  it('goes on over continued lines and the comments between them', () => {
    const text = 'RUN a \\\n  # why\n\n  b && \\\n  sudo c # root\nUSER d\n';
    expect(finder.find('RUN sudo c', text)).toEqual(['RUN a \\\n  # why\n\n  b && \\\n  sudo c']);
    expect(finder.find('USER $X', text)).toEqual(['USER d']);
  });

  it('reads the sign a directive says instead of the backslash', () => {
    expect(finder.find('RUN a b', '# escape=`\nRUN a `\n  b\n')).toHaveLength(1);
  });

  it('takes in here-documents, whatever stands in them', () => {
    const text = 'RUN <<EOF\nUSER a\nEOF\nUSER b\n';
    expect(finder.bound('USER $X', text, '$X')).toEqual(['b']);
    expect(finder.find('RUN ...', text)).toEqual(['RUN <<EOF\nUSER a\nEOF']);
  });
});

describe('a Dockerfile that is none', () => {
  it('has what could not be read marked as an error, and the rest', () => {
    const tree = parseDockerfile('FROM a\nNONSENSE b\nUSER c\n');
    expect(tree.hasErrors).toBe(true);
    expect(finder.find('USER c', tree.text)).toEqual(['USER c']);
  });

  it('may chain more commands than a stack is deep', () => {
    const tree = parseDockerfile(`RUN ${'a && '.repeat(100_000)}b\n`);
    expect(tree.size).toBeGreaterThan(300_000);
    expect(textOf(tree, tree.size - 1)).toBe('b');
  });

  it.each([
    '',
    '\\',
    'RUN',
    'RUN \\',
    'FROM',
    'ENV =',
    'CMD [',
    'CMD ["',
    'ONBUILD ONBUILD',
    'RUN <<EOF',
    '"',
    'RUN $(',
    'HEALTHCHECK CMD',
  ])('is read to its end: %j', (text) => {
    const tree = parseDockerfile(text);
    expect(tree.end[0]).toBe(text.length);
    for (let row = 1; row < tree.size; row++) {
      expect(tree.start[row]).toBeLessThanOrEqual(tree.end[row] ?? 0);
      expect(tree.end[row]).toBeLessThanOrEqual(text.length);
    }
  });
});
