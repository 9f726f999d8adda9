import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScanReport } from '../../src/domain/scan.ts';
import { withVisibleEscapes } from '../../src/lib/text-safety.ts';
import { htmlReporter } from '../../src/report/html/index.ts';
import { hostileReport, hostileTexts } from '../golden/hostile-report.ts';
import { cleanReport, partialEmptyReport, sampleReport } from '../golden/sample-report.ts';
import { needsOneOf, toolPath } from '../support/needs.ts';

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const executablePath = needsOneOf(browsers) ? browsers.map(toolPath).find((path) => path !== undefined) : undefined;

let browser: Browser | undefined;
let folder = '';

beforeAll(async () => {
  if (executablePath === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'sightline-html-'));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
});

afterAll(async () => {
  await browser?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

/** Opens a report and collects whatever a page must not do: messages, errors, dialogs, requests. */
const open = async (
  report: ScanReport,
  options: { readonly colorScheme?: 'light' | 'dark'; readonly width?: number } = {},
): Promise<{ readonly page: Page; readonly misdeeds: string[] }> => {
  if (browser === undefined) throw new Error('no browser');
  const file = join(folder, 'report.html');
  await writeFile(file, [...htmlReporter.render(report, { colour: false, width: 80, verbose: false })].join(''));
  const page = await browser.newPage({
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1200, height: 900 },
  });
  const misdeeds: string[] = [];
  page.on('console', (message) => misdeeds.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) misdeeds.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, misdeeds };
};

describe.skipIf(executablePath === undefined)('the HTML report in a browser', () => {
  test('filters by severity and text, with the keyboard too', async () => {
    const { page, misdeeds } = await open(sampleReport);
    const visible = async (): Promise<number> => page.locator('#findings article:visible').count();
    expect(await visible()).toBe(6);
    await page.locator('button.tile.critical').click();
    expect(await visible()).toBe(2);
    await page.locator('button.tile.critical').click();
    await page.keyboard.press('/');
    await page.keyboard.type('sql accounts');
    await page.locator('#shown', { hasText: '1 of 6 shown' }).waitFor();
    expect(await visible()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await visible()).toBe(6);
    expect(misdeeds).toEqual([]);
    await page.close();
  });

  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
    ['dark', 360],
  ] as const)('%s at %i columns: nothing wider than the page, text readable on its background', async (colorScheme, width) => {
    const { page, misdeeds } = await open(sampleReport, { colorScheme, width });
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    const weak = await page.evaluate(contrastProbe);
    expect(weak).toEqual([]);
    expect(misdeeds).toEqual([]);
    await page.close();
  });

  test('headings go down one level at a time and every control has a name', async () => {
    const { page } = await open(sampleReport);
    const levels = await page.locator('h1,h2,h3,h4').evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(await page.getByRole('searchbox', { name: 'Search the findings' }).count()).toBe(1);
    expect(await page.getByRole('button', { name: '2 critical' }).count()).toBe(1);
    await page.close();
  });

  test('a partial scan without findings does not look clean', async () => {
    const partial = await open(partialEmptyReport);
    expect(await partial.page.locator('.verdict.good').count()).toBe(0);
    expect(await partial.page.locator('main').textContent()).toContain('not an all-clear');
    await partial.page.close();
    const clean = await open(cleanReport);
    expect(await clean.page.locator('.verdict.good').count()).toBe(1);
    expect(clean.misdeeds).toEqual([]);
    await clean.page.close();
  });

  test.each(Object.entries(hostileTexts))('shows "%s" as text and does nothing else', async (_name, text) => {
    const report = hostileReport(text);
    const { page, misdeeds } = await open(report);
    for (const summary of await page.locator('details').all()) await summary.evaluate((element) => element.setAttribute('open', ''));
    const shown = await page.locator('article h3').allTextContents();
    expect(shown).toEqual(expect.arrayContaining(report.findings.map(({ title }) => withVisibleEscapes(title, '\n\t'))));
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img, iframe, object, embed, form, base, link').count()).toBe(0);
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('*')].every((element) => [...element.attributes].every(({ name }) => !name.startsWith('on') && name !== 'style'))`,
      ),
    ).toBe(true);
    expect(await page.evaluate(`[...document.links].every(({ protocol }) => ['https:', 'http:', 'file:'].includes(protocol))`)).toBe(true);
    expect(misdeeds).toEqual([]);
    await page.close();
  });
});

/** Runs in the page: text whose contrast with what lies behind it is below 4.5:1 (WCAG 2 AA). */
const contrastProbe = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || ['SCRIPT', 'STYLE'].includes(element.tagName) || element.getClientRects().length === 0) continue;
    const [light, dark] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) weak.push(element.className + ' ' + element.tagName + ' ' + ratio.toFixed(2));
  }
  return weak;
})()`;
