// The page at every size: the smallest phone, a common one, a wall of 4K.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seriousFaults, settled, tooWide } from '../harness/looks.mjs';
import { openStage } from '../harness/page.mjs';

let stage;
let first;
let account;
before(async () => {
  stage = await openStage();
  [first] = (await stage.client.get('/queues/all/cases?limit=1')).items;
  [account] = (await stage.client.get('/accounts')).items;
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

const pages = () => ({
  queue: '/queues/all',
  handed: '/queues/handed',
  views: '/views',
  case: `/cases/${first.id}`,
  brief: `/cases/${first.id}/brief`,
  search: `/search?q=${encodeURIComponent(first.title.split(' ')[0])}`,
  accounts: '/accounts',
  account: `/accounts/${encodeURIComponent(account.id)}`,
  sources: '/sources',
  promises: '/promises',
  changes: '/changes?since=2020-01-01T00%3A00%3A00Z',
  alerts: '/alerts',
  forecast: '/alerts?tab=forecast',
});

for (const [width, height, scheme] of [
  [360, 740, 'light'],
  [390, 844, 'dark'],
  [3840, 2160, 'dark'],
]) {
  test(`at ${width} px, ${scheme}, nothing is too wide and axe finds nothing serious`, async () => {
    const found = [];
    for (const [name, path] of Object.entries(pages())) {
      const page = await stage.reader(path, { viewport: { width, height }, scheme });
      await settled(page);
      const over = await tooWide(page);
      if (over !== 0) found.push(`${name}: ${over} px too wide`);
      for (const fault of await seriousFaults(page)) found.push(`${name}: ${fault}`);
      await page.context().close();
    }
    assert.deepEqual(found, []);
  });
}
