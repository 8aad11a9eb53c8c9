// The pages of those who run the program, for everybody: in the dark, on a phone, by screen reader.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seriousFaults, settled, tooWide } from '../harness/looks.mjs';
import { openStage, PHONE } from '../harness/page.mjs';

let stage;
let first;
before(async () => {
  stage = await openStage();
  [first] = await stage.client.cases();
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

const pages = () => ({
  rules: '/rules?file=signals%2Foverdue_response.rhai',
  'rules-backtest': '/rules?tab=backtest',
  'rules-help': '/rules?tab=help',
  'rules-form': '/rules/build',
  'rules-versions': '/rules/versions?before=built_in&after=draft',
  'rules-trace': `/rules/trace?case=${first.id}&signal=overdue_response`,
  'rules-shadow': '/rules/shadow',
  'rules-noise': '/rules/noise',
  'rules-missed': '/rules/missed',
  plugins: '/plugins',
  reports: '/reports',
  pilot: '/reports?tab=pilot&counted=escalations',
  baselines: '/reports?tab=baselines',
  users: '/admin',
  tokens: '/admin?tab=tokens',
  tables: '/admin?tab=tables',
  teams: '/admin?tab=teams',
  audit: '/admin?tab=audit',
  egress: '/admin?tab=egress',
  storage: '/admin?tab=storage',
  backups: '/admin?tab=backups',
  about: '/admin?tab=about',
});

test('nothing of the workshop is wider than a phone', async () => {
  for (const [name, path] of Object.entries(pages())) {
    const page = await stage.reader(path, { viewport: PHONE });
    await settled(page);
    assert.equal(await tooWide(page), 0, `${name} is too wide, by so many px`);
    await stage.picture(page, `phone-${name}`);
    await page.context().close();
  }
});

test('on a phone, files, editor and tests are reached one after another', async () => {
  const page = await stage.reader(pages().rules, { viewport: PHONE });
  await page.locator('[data-editor="signals/overdue_response.rhai"]').waitFor();
  await page.getByText('Files', { exact: true }).last().click();
  await page.getByRole('treeitem', { name: 'severity.rhai' }).click();
  await page.locator('[data-editor="severity.rhai"]').waitFor();
  await page.getByText('Tests', { exact: true }).last().click();
  await page.getByRole('button', { name: 'Run' }).waitFor();
  await page.context().close();
});

for (const scheme of ['light', 'dark']) {
  test(`axe finds nothing serious in the workshop, ${scheme}`, async () => {
    const found = [];
    for (const [name, path] of Object.entries(pages())) {
      const page = await stage.reader(path, { scheme });
      await settled(page);
      for (const fault of await seriousFaults(page)) found.push(`${name}: ${fault}`);
      await stage.picture(page, `${name}-${scheme}`);
      await page.context().close();
    }
    assert.deepEqual(found, []);
  });
}

test('the files of the rules are reached by keyboard alone', async () => {
  const page = await stage.reader('/rules');
  const tree = page.getByRole('tree', { name: 'Files' });
  await tree.waitFor();
  await page.getByRole('textbox', { name: 'Find a file' }).fill('outage.rhai');
  const file = tree.getByRole('treeitem', { name: /^outage\.rhai/ });
  await file.waitFor();
  await file.focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-editor="signals/outage.rhai"]').waitFor();
  await page.context().close();
});
