import type { Rule } from '../../domain/rule.ts';
import type { CodeRule } from './rule/code-rule.ts';

const longestTitle = 140;

const firstSentence = (text: string): string => /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;

/** Of a length that fits a line or two. */
export const shortened = (text: string): string => {
  if (text.length <= longestTitle) return text;
  const cut = text.slice(0, longestTitle);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestTitle / 2))}…`;
};

const isLink = (text: string): boolean => /^https?:\/\/[^\s<>"]+$/.test(text);

/**
 * A rule as the rest of the product knows it. Its author wrote one message for both what was found and what to do: the first sentence is
 * the title, or `metadata.title` where there is one, and the rest is the help.
 */
export const ruleEntry = ({ id, message, metadata, severity, confidence, cwe, owasp, references, tags }: CodeRule): Rule => {
  const text = message.trim();
  const given = typeof metadata['title'] === 'string' ? metadata['title'].replace(/\s+/g, ' ').trim() : '';
  const sentence = firstSentence(
    text
      .split(/\n\s*\n/, 1)[0]
      ?.replace(/\s+/g, ' ')
      .trim() ?? '',
  );
  const title = shortened(given === '' ? sentence : given);
  const isWhole = title === sentence;
  // White space differs, so the sentence is taken off by its words.
  const words = sentence.split(' ').length;
  const rest = isWhole ? text.replace(new RegExp(`^(?:\\S+\\s*){${words}}`), '').trim() : text;
  const helpUrl = references.find(isLink);
  return {
    id,
    engine: 'code',
    kind: 'sast',
    title: title === '' ? id : title.replace(/[.\s]+$/, ''),
    severity,
    confidence,
    cwe,
    help: rest,
    ...(helpUrl === undefined ? {} : { helpUrl }),
    tags: [...new Set([...tags, ...owasp])],
  };
};
