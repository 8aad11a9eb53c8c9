// What somebody does who works: notes, owners, severities, splits; and what others see of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from '../harness/page.mjs';

let stage;
let cases;
before(async () => {
  stage = await openStage();
  cases = (await stage.client.cases()).filter((row) => row.messages > 1);
  assert.ok(cases.length >= 6, 'the demo has too few cases with several messages');
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

const timeline = (page) => page.getByRole('region', { name: 'Timeline' });

test('a note is written and stands in the timeline', async () => {
  const page = await stage.reader(`/cases/${cases[0].id}`);
  const text = `Called them at noon; the fix ships tonight (${Date.now()}).`;
  await page.getByRole('textbox', { name: 'Add a note' }).fill(text);
  await page.getByRole('button', { name: 'Save note' }).click();
  await timeline(page).getByText(text).waitFor();
  await page.reload();
  await timeline(page).getByText(text).waitFor();
  await page.context().close();
});

test('an owner is changed with a reason, and not without', async () => {
  const row = cases[1];
  const page = await stage.reader(`/cases/${row.id}`);
  await page.getByRole('button', { name: 'Change owner' }).click();
  const form = page.getByRole('dialog', { name: 'Change owner' });
  await form.getByRole('combobox', { name: 'Owner' }).fill('nora.lind@brightwater.example');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Say why in a few words.').waitFor();
  await form.getByRole('textbox', { name: 'Reason' }).fill('Nora knows this product');
  await form.getByRole('button', { name: 'Save' }).click();
  await timeline(page).getByText('Owner is now Nora Lind').waitFor();
  await page.getByText('“Nora knows this product”').first().waitFor();
  const record = await stage.client.get(`/cases/${row.id}`);
  assert.equal(record.owner, 'nora.lind@brightwater.example');
  await stage.picture(page, 'case-owner');
  await page.context().close();
});

test('a severity set by a person stands beside what the rules say, and can be given back', async () => {
  const row = await stage.client.findCase(
    ({ level, overrides }) => level !== 'none' && level !== 'S1' && overrides.length === 0,
  );
  const page = await stage.reader(`/cases/${row.id}`);
  await page.getByRole('button', { name: 'Change severity' }).click();
  const form = page.getByRole('dialog', { name: 'Change severity' });
  await form.getByRole('combobox', { name: 'Severity' }).click();
  await page.getByRole('option', { name: 'S1' }).click();
  await form.getByRole('textbox', { name: 'Reason' }).fill('Their launch is tomorrow');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`the rules say ${row.level}`).waitFor();
  await page.getByRole('button', { name: /^S1\b.*Change severity/ }).click();
  await form.getByRole('textbox', { name: 'Reason' }).fill('The launch was moved');
  await form.getByRole('button', { name: 'Give back to the rules' }).click();
  await page
    .getByRole('button', { name: new RegExp(`^${row.level}\\b.*Change severity`) })
    .waitFor();
  await page.context().close();
});

test('what another person does appears without a reload', async () => {
  const row = cases[3];
  const page = await stage.reader(`/cases/${row.id}`);
  await timeline(page).waitFor();
  await page.evaluate(() => {
    window.stayed = true;
  });
  const text = `From a colleague (${Date.now()})`;
  await stage.client.post(`/cases/${row.id}/notes`, { text });
  await timeline(page).getByText(text).waitFor();
  assert.equal(await page.evaluate(() => window.stayed), true);
  await page.context().close();
});

test('a lost connection is shown, and recovers', async () => {
  const page = await stage.reader('/sources');
  await page.route('**/api/v1/events', (route) => route.abort());
  await page.reload();
  await page.getByText(/Connection lost since/).waitFor();
  await stage.picture(page, 'connection-lost');
  await page.unroute('**/api/v1/events');
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.getByText(/Connection lost since/).waitFor({ state: 'detached' });
  await page.context().close();
});

test('messages are split off into a case of their own, and come back by undo', async () => {
  const row = cases[4];
  const before = await stage.client.get(`/cases/${row.id}`);
  const page = await stage.reader(`/cases/${row.id}`);
  await page.getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Split off messages' }).click();
  const dialog = page.getByRole('dialog', { name: 'Split off messages' });
  await dialog.getByRole('checkbox').last().check();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Another matter');
  await stage.picture(page, 'split');
  await dialog.getByRole('button', { name: 'Split off messages' }).click();
  await page.getByText('Messages moved').waitFor();
  const split = await stage.client.get(`/cases/${row.id}`);
  assert.equal(split.messages, before.messages - 1);
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back').waitFor();
  const back = await stage.client.get(`/cases/${row.id}`);
  assert.equal(back.messages, before.messages);
  await page.context().close();
});

test('a refused change is said and taken back', async () => {
  const row = cases[5];
  const page = await stage.reader(`/cases/${row.id}`);
  await page.route(`**/api/v1/cases/${row.id}`, (route) =>
    route.request().method() === 'PATCH'
      ? route.fulfill({
          status: 507,
          contentType: 'application/problem+json',
          body: JSON.stringify({ status: 507, code: 'no_room', detail: 'the disk is full' }),
        })
      : route.continue(),
  );
  await page.getByRole('button', { name: 'Change owner' }).click();
  const form = page.getByRole('dialog', { name: 'Change owner' });
  await form.getByRole('combobox', { name: 'Owner' }).fill('nobody.here@brightwater.example');
  await form.getByRole('textbox', { name: 'Reason' }).fill('To see it fail');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The disk is full').waitFor();
  assert.equal(await page.getByText('Nobody Here').count(), 0);
  await page.context().close();
});
