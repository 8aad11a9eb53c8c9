// Chromium, and a reader who has signed in.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { signInClient } from './client.mjs';
import { startDemo } from './service.mjs';

const SHOTS = resolve(import.meta.dirname, '../../../target/screenshots');
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A service (with the demo data, unless another is given) and a browser, for one file. */
export async function openStage(given) {
  const service = given ?? (await startDemo());
  let browser;
  try {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: FLAGS,
    });
    const client = service.name ? await signInClient(service) : undefined;
    return new Stage(service, browser, client);
  } catch (error) {
    await browser?.close();
    await service.stop();
    throw error;
  }
}

class Stage {
  #state;

  constructor(service, browser, client) {
    Object.assign(this, { service, browser, client, faults: [] });
  }

  /** A page of a stranger: nobody has signed in. */
  async stranger({ viewport = WIDE, scheme = 'light', locale = 'en-GB', storageState } = {}) {
    const context = await this.browser.newContext({
      viewport,
      colorScheme: scheme,
      locale,
      timezoneId: 'Europe/Berlin',
      ignoreHTTPSErrors: true,
      storageState,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (/Content Security Policy|violates/i.test(message.text()))
        this.faults.push(message.text());
    });
    page.on('request', (request) => {
      const from = new URL(request.url());
      if (from.protocol !== 'data:' && from.origin !== new URL(this.service.url).origin) {
        this.faults.push(`a request left for ${from.origin}`);
      }
    });
    return page;
  }

  /** Signs in by hand. */
  async signIn(page, password = this.service.password) {
    await page.goto(this.service.url);
    await page.getByLabel('Name').fill(this.service.name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** A page of a reader who signed in before, at `path`. */
  async reader(path = '/', options = {}) {
    if (!this.#state) {
      const first = await this.stranger();
      await this.signIn(first);
      await first.getByRole('navigation').waitFor();
      this.#state = await first.context().storageState();
      await first.context().close();
    }
    const page = await this.stranger({ ...options, storageState: this.#state });
    await page.goto(this.service.url + path);
    return page;
  }

  /** The calls of somebody else, beside the page. */
  another({ name, password }) {
    return signInClient({ url: this.service.url, name, password });
  }

  /** Keeps a picture for people to look at. */
  async picture(page, name) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  async close() {
    await this.browser.close();
    await this.service.stop();
  }
}
