import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needsOneOf, toolPath } from '../support/needs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const executablePath = needsOneOf(browsers) ? browsers.map(toolPath).find((path) => path !== undefined) : undefined;

describe.skipIf(executablePath === undefined)('the page of the API in a browser', () => {
  let browser: Browser | undefined;
  let server: ServerProcess | undefined;
  let folder: TemporaryFolder | undefined;

  beforeAll(async () => {
    folder = temporaryFolder();
    server = await startServer({ cwd: folder.path });
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    folder?.remove();
  });

  test('asks for the token as a browser can answer, and shows every operation without a script or a request elsewhere', async () => {
    if (browser === undefined || server === undefined || folder === undefined) throw new Error('not started');
    const token = (await readFile(join(folder.path, 'sightline-data', 'operator-token'), 'utf8')).trim();
    const url = `${server.urls['api']}/api/v1/docs`;
    const context = await browser.newContext({ httpCredentials: { username: 'any', password: token } });
    const page = await context.newPage();
    const misdeeds: string[] = [];
    page.on('console', (message) => {
      if (!message.text().includes('401')) misdeeds.push(message.text());
    });
    page.on('pageerror', (error) => misdeeds.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url) misdeeds.push(request.url());
    });
    const response = await page.goto(url);
    expect(response?.status()).toBe(200);
    expect(await page.title()).toBe('Sightline API');
    const document = (await (
      await fetch(`${server.urls['api']}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as {
      readonly paths: Readonly<Record<string, object>>;
    };
    const text = await page.locator('body').innerText();
    expect(Object.keys(document.paths).filter((path) => !text.includes(path))).toEqual([]);
    expect(Object.keys(document.paths).length).toBeGreaterThan(30);
    expect(await page.locator('script').count()).toBe(0);
    expect(misdeeds).toEqual([]);
  });

  test('is shut without the token', async () => {
    const answer = await fetch(`${server?.urls['api']}/api/v1/docs`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Sightline", charset="UTF-8"']);
  });
});
