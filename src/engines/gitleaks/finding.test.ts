import { expect, it } from 'vitest';
import { madeGithubToken } from '../../../test/support/made-secrets.ts';
import { findingOf } from './finding.ts';
import { openSourceText } from './source-text.ts';

const hmacKey = { id: 'test', key: new Uint8Array(32), ephemeral: false };

it('shows no part of another secret where a long line is cut', () => {
  const [before, found, after] = [madeGithubToken(1), madeGithubToken(2), madeGithubToken(3)];
  for (let gap = 0; gap <= 130; gap += 1) {
    const gapText = ' '.repeat(gap);
    const line = `${'x '.repeat(100)}${before}${gapText}${found}${gapText}${after}${' y'.repeat(100)}\n`;
    const entry = {
      RuleID: 'github-pat',
      StartLine: 1,
      EndLine: 1,
      StartColumn: line.indexOf(found) + 1,
      EndColumn: line.indexOf(found) + found.length,
      Match: found,
      Secret: found,
      File: 'a.txt',
    };
    const source = openSourceText(Buffer.from(line));
    const { snippet } = findingOf(entry, {
      path: 'a.txt',
      ruleId: 'gitleaks/github-pat',
      source,
      secrets: [found, before, after],
      hmacKey,
    });
    const shown = snippet?.lines.join('\n') ?? '';
    for (const secret of [before, found, after]) {
      // The first four characters are what a mask leaves.
      for (let at = 4; at + 4 <= secret.length; at += 1)
        expect(shown.includes(secret.slice(at, at + 4)), `gap ${gap}: ${shown}`).toBe(false);
    }
    expect(shown).toContain('ghp_********');
  }
});
