// The first hour of who runs it: set-up to the first case, a broken message, the palette, searches.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from '../harness/page.mjs';
import { startFilled } from '../harness/service.mjs';

const SUBJECT = 'The export fails since Monday';
const LETTERS = [
  [
    'From: Jane Doe <jane@customer.example>',
    'To: support@ours.example',
    'Date: Mon, 2 Mar 2026 10:00:00 +0100',
    'Message-ID: <first@customer.example>',
    `Subject: ${SUBJECT}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="seam"',
    '',
    '--seam',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The export fails since Monday. We need the ledger by Friday.',
    '--seam',
    'Content-Type: text/plain; name="ledger-march.txt"',
    'Content-Disposition: attachment; filename="ledger-march.txt"',
    '',
    'one,two,three',
    '--seam--',
    '',
  ].join('\r\n'),
  '\u0001\u0002 no header, no message\n',
];

let stage;
before(async () => {
  stage = await openStage(await startFilled(LETTERS));
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

test('from the one-time code to the words of the first case', async () => {
  const person = { name: 'olga', password: 'four unrelated words' };
  const began = Date.now();
  const page = await stage.stranger();
  await page.goto(stage.service.url);
  await page.getByLabel('One-time code').fill(stage.service.code);
  await page.getByLabel('Name').fill(person.name);
  await page.getByRole('textbox', { name: 'Choose a password' }).fill(person.password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page
    .getByRole('navigation')
    .getByRole('link', { name: /^All cases/ })
    .click();
  await page.getByRole('link', { name: SUBJECT }).first().click();
  await page.waitForURL(/\/cases\//);
  await page.getByText('We need the ledger by Friday.').first().waitFor();
  assert.ok(Date.now() - began < 120_000, 'set-up to the first case took two minutes or longer');
  await stage.picture(page, 'first-case');
  Object.assign(stage.service, person);
  await page.context().close();
});

test('a broken message waits in quarantine, is tried again, and says what came of it', async () => {
  const page = await stage.reader('/sources');
  const quarantine = page.getByRole('region', { name: /^Quarantine/ });
  const row = quarantine.getByRole('row').filter({ hasText: 'neither a header nor readable text' });
  await row.getByText(/\b1 try\b/).waitFor();
  await row.getByRole('button', { name: 'Read again' }).click();
  await page.getByText('It still cannot be read').waitFor();
  await row.getByText(/\b2 tries\b/).waitFor();
  await stage.picture(page, 'quarantine');
  await page.context().close();
});

test('an attachment is found by its name, a phrase by its words, and the search is kept', async () => {
  const page = await stage.reader('/search');
  const field = page
    .getByRole('combobox', { name: 'Search' })
    .or(page.getByRole('searchbox', { name: 'Search' }));
  await field.fill('fil');
  await page.getByRole('option', { name: /^file:/ }).click();
  await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'search');
  await page.keyboard.type('ledger-march');
  const hits = page.getByRole('list', { name: 'Hits' }).getByRole('listitem');
  await hits.filter({ hasText: SUBJECT }).first().waitFor();
  await field.fill('"ledger by Friday"');
  await hits.filter({ hasText: 'We need the' }).locator('mark').first().waitFor();
  await page.getByRole('button', { name: 'Save as a queue or alert' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save as a queue or alert' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Ledger letters');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await field.fill('nothing of the kind');
  await page.getByText(/^Nothing matches/).waitFor();
  await page.reload();
  const own = page.getByRole('navigation').getByRole('link', { name: /^Ledger letters\s*\d+$/ });
  await own.waitFor();
  await page.getByRole('button', { name: 'Ledger letters', exact: true }).click();
  assert.equal(await field.inputValue(), '"ledger by Friday"');
  await hits.filter({ hasText: SUBJECT }).first().waitFor();
  await stage.picture(page, 'search-saved');
  await page.context().close();

  // Another machine knows it, too; what is removed there is gone everywhere.
  const elsewhere = await stage.reader('/views');
  await elsewhere.getByRole('button', { name: 'Change “Ledger letters”' }).click();
  await elsewhere.getByRole('textbox', { name: 'Name' }).fill('Ledgers');
  await elsewhere.getByRole('button', { name: 'Save' }).click();
  await stage.picture(elsewhere, 'own-queues');
  await elsewhere.getByRole('button', { name: 'Remove “Ledgers”' }).click();
  await elsewhere.getByText('No queue of your own yet').waitFor();
  await elsewhere.context().close();
});

test('what a browser kept before the service did is taken along', async () => {
  const page = await stage.reader('/sources');
  await page.evaluate(() => {
    const view = { name: 'From before', queue: 'all', filters: { owner: 'none' } };
    localStorage.setItem('watchkeeper.views', JSON.stringify([view]));
  });
  await page.reload();
  const link = page.getByRole('navigation').getByRole('link', { name: /^From before/ });
  await link.waitFor();
  await page.waitForFunction(() => localStorage.getItem('watchkeeper.views') === null);
  await page.reload();
  await link.click();
  await page.waitForURL(/queues\/all\?owner=none/);
  assert.equal(await link.count(), 1);
  await page.getByRole('button', { name: 'Remove “From before”' }).click();
  await link.waitFor({ state: 'detached' });
  await page.context().close();
});

test('the palette goes to pages and cases, and does what the page at hand can do', async () => {
  const page = await stage.reader('/sources');
  await page.getByRole('heading', { level: 1, name: 'Sources' }).waitFor();
  const field = page.getByPlaceholder('Go to a page or a case, or do something');
  const ask = async (typed) => {
    await page.keyboard.press('Control+k');
    await field.waitFor();
    await page.waitForFunction((el) => document.activeElement === el, await field.elementHandle());
    await page.keyboard.type(typed);
  };
  const chosen = (label) => page.locator('[data-selected]').filter({ hasText: label });
  const pick = async (label) => {
    const action = page.getByRole('button', { name: label });
    await action.first().waitFor();
    await action.first().click();
    await field.waitFor({ state: 'detached' });
  };
  await ask('admin');
  await pick('Administration');
  await page.waitForURL(/\/admin/);
  await ask('export fails');
  await stage.picture(page, 'palette');
  await pick(new RegExp(SUBJECT));
  await page.waitForURL(/\/cases\//);
  await page.getByRole('textbox', { name: 'Add a note' }).waitFor();
  await ask('note on this');
  await page.getByRole('button', { name: /Write a note/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await chosen(/note/i).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  await page.context().close();
});

test('a token is issued, shown once and revoked; a person is let in and removed', async () => {
  const page = await stage.reader('/admin?tab=tokens');
  await page.getByText('No program has a token.').waitFor();
  await page.getByRole('button', { name: 'Issue a token' }).click();
  const form = page.getByRole('dialog', { name: 'Issue a token' });
  await form.getByRole('textbox', { name: 'What for' }).fill('export');
  await form.getByRole('button', { name: 'Issue a token' }).click();
  const shown = page.getByRole('dialog', { name: 'The token' });
  const secret = await shown.locator('code').textContent();
  assert.ok(secret.length > 20);
  await stage.picture(page, 'token');
  await shown.getByRole('button', { name: 'I have copied it' }).click();
  await shown.waitFor({ state: 'detached' });
  const row = page.getByRole('row').filter({ hasText: 'export' });
  assert.ok(!(await page.content()).includes(secret), 'the token is shown again');
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No program has a token.').waitFor();

  await page.getByRole('tab', { name: 'People' }).click();
  await page.getByRole('button', { name: 'Let somebody sign in' }).click();
  const add = page.getByRole('dialog', { name: 'Let somebody sign in' });
  await add.getByRole('textbox', { name: 'Name' }).fill('mara');
  await add.getByRole('textbox', { name: 'First password' }).fill('seven paper boats');
  await add.getByRole('button', { name: 'Let somebody sign in' }).click();
  await add.waitFor({ state: 'detached' });
  const mara = page.getByRole('row').filter({ hasText: 'mara' });
  await mara.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await mara.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Audit' }).click();
  await page.getByText('user added').first().waitFor();
  await page.context().close();
});
