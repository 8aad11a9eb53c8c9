// Several people at once: who else looks, who was quicker, what was like it before; and a promise
// that only a person saw.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from '../harness/page.mjs';

const PASSWORD = 'four unrelated words';
const name = `mara${Date.now()}`;

let stage;
let mara;
let cases;
before(async () => {
  stage = await openStage();
  await stage.client.post('/users', { name, password: PASSWORD, role: 'manager' });
  mara = await stage.another({ name, password: PASSWORD });
  cases = (await stage.client.cases()).filter((row) => row.messages > 1 && row.state === 'open');
  assert.ok(cases.length >= 4, 'the demo has too few open cases with several messages');
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

test('of two who set an owner the second is told, and has the choice', async () => {
  const path = `/cases/${cases[0].id}`;
  const page = await stage.reader(path);
  const form = page.getByRole('dialog', { name: 'Change owner' });
  const fill = async (owner) => {
    await page.getByRole('button', { name: 'Change owner' }).click();
    await form.getByRole('combobox', { name: 'Owner' }).fill(owner);
    await form.getByRole('textbox', { name: 'Reason' }).fill('knows the product');
  };
  const theirs = (owner) =>
    mara.patch(path, { field: 'owner', value: owner, reason: 'was on the phone with them' });
  const owner = async () => (await stage.client.get(path)).owner;

  await fill('nora.lind@brightwater.example');
  await theirs('first@brightwater.example');
  await form.getByText('Somebody changed this meanwhile').waitFor();
  await form.getByText('was on the phone with them').waitFor();
  await stage.picture(page, 'contested');
  await form.getByRole('button', { name: 'Leave it so' }).click();
  await form.waitFor({ state: 'detached' });
  assert.equal(await owner(), 'first@brightwater.example');

  await fill('nora.lind@brightwater.example');
  await theirs('second@brightwater.example');
  await form.getByRole('button', { name: 'Set mine instead' }).click();
  await page.getByText('“knows the product”').first().waitFor();
  assert.equal(await owner(), 'nora.lind@brightwater.example');
  await page.context().close();
});

test('a change that the page has not heard of yet is not overwritten', async () => {
  const path = `/cases/${cases[1].id}`;
  const page = await stage.reader(path);
  await page.getByRole('region', { name: 'Timeline' }).waitFor();
  // Nothing arrives any more, as on a bad line.
  await page.route('**/api/v1/events', (route) => route.abort());
  await page.reload();
  await page.getByRole('button', { name: 'Change owner' }).click();
  const form = page.getByRole('dialog', { name: 'Change owner' });
  await form.getByRole('combobox', { name: 'Owner' }).fill('nora.lind@brightwater.example');
  await form.getByRole('textbox', { name: 'Reason' }).fill('mine');
  await mara.patch(path, { field: 'owner', value: 'third@brightwater.example', reason: 'quicker' });
  await form.getByRole('button', { name: 'Save' }).click();
  // The service refuses, and the page asks what it is now.
  await form.getByText('Somebody changed this meanwhile').waitFor();
  assert.equal((await stage.client.get(path)).owner, 'third@brightwater.example');
  await page.context().close();
});

test('who else has the case open is seen while they have', async () => {
  const path = `/cases/${cases[2].id}`;
  const page = await stage.reader(path);
  await page.getByRole('region', { name: 'Timeline' }).waitFor();
  await mara.put(`${path}/viewers`);
  const seen = page.getByText(/has this open, too$/);
  await seen.waitFor();
  await stage.picture(page, 'also-viewing');
  await mara.remove(`${path}/viewers`);
  await seen.waitFor({ state: 'detached' });
  await page.context().close();
});

test('words that the rules did not take for a promise are made one', async () => {
  const { record, message } = await stage.client.findMessage(
    (one, of) =>
      of.timeline.some((item) => item.message === one.key && item.side === 'us') &&
      one.class.kind === 'human' &&
      !of.promises.some(({ quote }) => quote?.message === one.key),
  );
  const before = record.promises.length;
  const page = await stage.reader(`/cases/${record.id}?message=${message.key}`);
  const words = page.locator('[data-from]').first();
  await words.waitFor();
  const button = page.getByRole('button', { name: 'This is a promise' });
  assert.ok(await button.isDisabled(), 'nothing is selected');
  const text = await words.evaluate((box) => {
    const first = document.createTreeWalker(box, NodeFilter.SHOW_TEXT).nextNode();
    const line = first.data.trimStart().split('\n')[0];
    const range = document.createRange();
    range.setStart(first, first.data.indexOf(line));
    range.setEnd(first, first.data.indexOf(line) + line.length);
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
    return line.trim();
  });
  await button.click();
  const form = page.getByRole('dialog', { name: 'This is a promise' });
  await form.getByText(text).waitFor();
  await stage.picture(page, 'promise-by-hand');
  await form.getByRole('button', { name: 'This is a promise' }).click();
  await form.waitFor({ state: 'detached' });
  const after = (await stage.client.get(`/cases/${record.id}`)).promises;
  assert.equal(after.length, before + 1);
  assert.ok(after.some(({ quote }) => quote?.text === text));
  await page.context().close();
});

test('a case like it says what they share and how it ended', async () => {
  let found;
  for (const row of await stage.client.cases()) {
    const [one] = await stage.client.get(`/cases/${row.id}/similar`);
    if (one) found = { row, one };
    if (found) break;
  }
  assert.ok(found, 'no two cases of the demo are alike');
  const { row, one } = found;
  await mara.patch(`/cases/${one.id}`, {
    field: 'state',
    value: 'resolved',
    reason: 'hotfix installed',
  });
  const page = await stage.reader(`/cases/${row.id}`);
  await page.getByText('Similar cases').click();
  const item = page.getByRole('list', { name: 'Similar cases' }).getByRole('listitem').first();
  await item.getByText(/both say/).waitFor();
  await page.getByText('hotfix installed').first().waitFor();
  await stage.picture(page, 'similar');
  await page.context().close();
});
