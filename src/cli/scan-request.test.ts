import { describe, expect, it } from 'vitest';
import { cliContext } from '../../test/support/cli-context.ts';
import { resolveSettings } from '../config/resolve-settings.ts';
import { defaultBudgets } from '../ports/checkout/checkout.ts';
import type { CliContext } from './context.ts';
import { toScanRequest } from './scan-request.ts';

const context = (args: readonly string[]): CliContext => cliContext({ args });
const options = { gitignore: true, projectConfig: true, progress: true };

describe('toScanRequest', () => {
  it('has the budgets of the checkout port as defaults', async () => {
    const { budgets } = await toScanRequest(context([]), '.', options, resolveSettings({}), { failOnIsSet: false });
    expect(budgets).toEqual(defaultBudgets);
  });

  it('leaves the gate to the project unless a person set it', async () => {
    expect(await toScanRequest(context([]), '.', options, resolveSettings({}), { failOnIsSet: false })).not.toHaveProperty('failOn');
    expect(await toScanRequest(context([]), '.', options, resolveSettings({}, { failOn: 'none' }), { failOnIsSet: true })).toHaveProperty(
      'failOn',
      'none',
    );
  });

  it('keeps credentials of a URL out of the command line it reports', async () => {
    const { commandLine } = await toScanRequest(context(['scan', 'https://me:hush@example.org/a']), '.', options, resolveSettings({}), {
      failOnIsSet: false,
    });
    expect(commandLine).toEqual(['sightline', 'scan', 'https://***@example.org/a']);
  });
});
