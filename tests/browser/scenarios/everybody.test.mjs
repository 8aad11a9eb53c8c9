// The page for everybody: by keyboard alone, in the dark, on a phone, by screen reader, in German.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seriousFaults, settled, tooWide } from '../harness/looks.mjs';
import { openStage, PHONE } from '../harness/page.mjs';

let stage;
let queue;
let first;
let account;
before(async () => {
  stage = await openStage();
  const queues = await stage.client.get('/queues');
  const fullest = queues.reduce((most, one) => (one.count > most.count ? one : most));
  queue = queues.find(({ id, count }) => id === 'escalations' && count > 0) ?? fullest;
  [first] = (await stage.client.get(`/queues/${queue.id}/cases?limit=1`)).items;
  [account] = (await stage.client.get('/accounts')).items;
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

const pages = () => ({
  queue: `/queues/${queue.id}`,
  case: `/cases/${first.id}`,
  search: `/search?q=${encodeURIComponent(first.title.split(' ')[0])}`,
  accounts: '/accounts',
  account: `/accounts/${encodeURIComponent(account.id)}`,
  sources: '/sources',
  review: '/review',
  promises: '/promises',
  changes: '/changes?since=2020-01-01T00%3A00%3A00Z',
  brief: `/cases/${first.id}/brief`,
  alerts: '/alerts',
  silences: '/alerts?tab=silences',
  forecast: '/alerts?tab=forecast',
  views: '/views',
  handed: '/queues/handed',
});

test('everything is reached by keyboard, with the focus in sight', async () => {
  const page = await stage.reader(`/queues/${queue.id}`);
  await page.locator('[data-row="0"]').waitFor();
  const focus = () =>
    page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return {
        text: document.activeElement.textContent,
        seen: style.outlineStyle !== 'none' && style.outlineWidth !== '0px',
      };
    });
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.matches('[data-main]'));
  const one = await focus();
  assert.ok(one.seen, 'the focus is not visible');
  assert.equal(one.text, first.title);
  if (queue.count > 1) {
    await page.keyboard.press('j');
    await page.waitForFunction(
      () => document.activeElement?.closest('[data-row]')?.dataset.row === '1',
    );
    await page.keyboard.press('k');
    await page.waitForFunction(
      () => document.activeElement?.closest('[data-row]')?.dataset.row === '0',
    );
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/cases/${first.id}`));
  await page.getByRole('region', { name: 'Timeline' }).waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(/message=/);
  await page.keyboard.press('n');
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await page.getByRole('dialog', { name: 'Change owner' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Change owner' }).waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await stage.picture(page, 'keys');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('/');
  await page.waitForURL(/\/search/);
  await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'search');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await page.waitForURL(/\/queues\//);
  await page.context().close();
});

test('the first Tab offers to skip to the content', async () => {
  const page = await stage.reader('/sources');
  await settled(page);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  assert.ok(await skip.evaluate((link) => link === document.activeElement));
  assert.ok((await skip.boundingBox()).x >= 0);
  await page.context().close();
});

test('dark is dark, and a choice outlives a reload', async () => {
  const page = await stage.reader(pages().queue, { scheme: 'dark' });
  await settled(page);
  const light = () =>
    page.evaluate(() => {
      const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
      return (r + g + b) / 3;
    });
  assert.ok((await light()) < 60);
  await stage.picture(page, 'queue-dark');
  await page.getByRole('button', { name: new RegExp(`^${stage.service.name},`) }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
  await page.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === 'light');
  assert.ok((await light()) > 200);
  await page.reload();
  await settled(page);
  assert.ok((await light()) > 200);
  await page.context().close();
});

test('the page speaks German, and says so to screen readers', async () => {
  const page = await stage.reader(pages().case, { locale: 'de-DE' });
  await page.getByRole('region', { name: 'Verlauf' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await page.getByRole('button', { name: new RegExp(`^${stage.service.name},`) }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await page.getByRole('region', { name: 'Timeline' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  await page.context().close();
});

test('nothing is wider than a phone, and every pane of a case is reached', async () => {
  for (const [name, path] of Object.entries(pages())) {
    const page = await stage.reader(path, { viewport: PHONE });
    await settled(page);
    assert.equal(await tooWide(page), 0, `${name} is too wide, by so many px`);
    await stage.picture(page, `phone-${name}`);
    if (name === 'case') {
      await page.getByRole('tab', { name: 'Source' }).click();
      await page.getByText('Why is this here?').waitFor();
      await stage.picture(page, 'phone-case-source');
      await page.getByRole('tab', { name: 'Record' }).click();
      await page.getByRole('region', { name: 'Record' }).waitFor();
    }
    if (name === 'queue') {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('navigation').getByRole('link', { name: 'Accounts' }).click();
      await page.waitForURL(/\/accounts/);
    }
    await page.context().close();
  }
});

for (const scheme of ['light', 'dark']) {
  test(`axe finds nothing serious on any page, ${scheme}`, async () => {
    const found = [];
    const look = async (page, name) => {
      for (const fault of await seriousFaults(page)) found.push(`${name}: ${fault}`);
    };
    const door = await stage.stranger({ scheme });
    await door.goto(stage.service.url);
    await door.getByRole('button', { name: 'Sign in' }).waitFor();
    await look(door, 'sign-in');
    await door.context().close();
    for (const [name, path] of Object.entries(pages())) {
      const page = await stage.reader(path, { scheme });
      await settled(page);
      await look(page, name);
      await stage.picture(page, `${name}-${scheme}`);
      await page.context().close();
    }
    const page = await stage.reader(pages().case, { scheme });
    await page.getByRole('button', { name: 'Change owner' }).click();
    await page.getByRole('dialog', { name: 'Change owner' }).waitFor();
    await look(page, 'owner form');
    await stage.picture(page, `owner-${scheme}`);
    await page.context().close();
    assert.deepEqual(found, []);
  });
}
