import { expect, it } from 'vitest';
import { defaultMatchOptions } from './rule/formula.ts';
import { ruleEntry } from './rule-entry.ts';

const entry = (message: string, metadata: Readonly<Record<string, unknown>> = {}, references: readonly string[] = []) =>
  ruleEntry({
    id: 'r',
    source: { path: 'r.yaml', line: 1 },
    languages: ['python'],
    severity: 'high',
    confidence: 'low',
    message,
    formula: { kind: 'pattern', source: 'f()', line: 1 },
    paths: { include: [], exclude: [] },
    options: defaultMatchOptions,
    cwe: ['CWE-1'],
    owasp: ['A03:2021 - Injection'],
    references,
    tags: ['security'],
    metadata,
  });

it.each([
  ['One thing. And what to do.', 'One thing', 'And what to do.'],
  ['One thing\nover two lines.\n\nHow to mend it.', 'One thing over two lines', 'How to mend it.'],
  ['Only this', 'Only this', ''],
  ['Use example.org here. Then this.', 'Use example.org here', 'Then this.'],
])('splits "%s" into title and help', (message, title, help) => {
  expect(entry(message)).toMatchObject({ title, help });
});

it('takes the title that the author gave, and the whole message as help', () => {
  expect(entry('One thing. And more.', { title: 'Short' })).toMatchObject({ title: 'Short', help: 'One thing. And more.' });
});

it('cuts a first sentence that is an essay, between two words', () => {
  const { title, help } = entry(`${'word '.repeat(60)}end.`);
  expect(title.length).toBeLessThan(145);
  expect(title).toMatch(/word…$/);
  expect(help).toMatch(/^word .*end\.$/);
});

it('links to the first reference that is a link', () => {
  expect(entry('x', {}, ['see the book', 'https://example.org/a']).helpUrl).toBe('https://example.org/a');
  expect(entry('x', {}, ['javascript:alert(1)'])).not.toHaveProperty('helpUrl');
});
