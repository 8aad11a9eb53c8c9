// Whom a manager asks about: an account's health, its severity over time, its people.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from '../harness/page.mjs';

let stage;
let troubled;
let health;
before(async () => {
  stage = await openStage();
  const { items } = await stage.client.get('/accounts');
  for (const account of items) {
    const found = await stage.client.get(`/accounts/${encodeURIComponent(account.id)}/health`);
    if (!health || found.score < health.score) [troubled, health] = [account, found];
  }
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

const path = () => `/accounts/${encodeURIComponent(troubled.id)}`;

test('what takes from the health of an account leads to the words behind it', async () => {
  const page = await stage.reader(path());
  const region = page.getByRole('region', { name: /^Health/ });
  await region.getByText(`${health.score} of 100`).waitFor();
  assert.equal(await region.locator('li > span').count(), health.contributions.length);
  await page.getByRole('region', { name: 'Severity over time' }).locator('svg').first().waitFor();
  await stage.picture(page, 'account-health');
  const { quote, case: of } = health.contributions
    .flatMap((one) => one.grounds)
    .find((ground) => ground.quote?.part === 'body');
  await region
    .locator(`a[href*="/cases/${of}"]`, { hasText: quote.text.slice(0, 20) })
    .first()
    .click();
  await page.waitForURL(new RegExp(`/cases/${of}.*start=${quote.start}`));
  await page.locator('mark[data-meant]').first().waitFor();
  const words = (await page.locator('mark[data-meant]').allTextContents()).join('');
  assert.equal(words.replace(/\s+/g, ' '), quote.text.replace(/\s+/g, ' '));
  await page.context().close();
});

test('each change of severity names the case behind it', async () => {
  const page = await stage.reader(path());
  const region = page.getByRole('region', { name: 'Severity over time' });
  await region.getByText('Each change, and the case behind it').click();
  const last = health.severity.findLast((step) => step.case);
  await region.locator(`a[href*="/cases/${last.case}"]`).first().click();
  await page.waitForURL(new RegExp(`/cases/${last.case}`));
  await page.context().close();
});

test('a title is put right on the account, and says who did', async () => {
  const page = await stage.reader(path());
  const person = health.people[0];
  const region = page.getByRole('region', { name: /^People/ }).first();
  const row = region.getByRole('row', { name: new RegExp(person.address.email) });
  await row.getByRole('button').first().click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Title' }).fill('Director of Logistics');
  await form.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Director of Logistics').waitFor();
  await row.getByText(/^set by/).waitFor();
  await stage.picture(page, 'account-people');
  await page.context().close();
});

test('issue and next step are filled in where they stand, with who said so', async () => {
  const of = health.contributions[0].grounds[0].case;
  const page = await stage.reader(`/cases/${of}`);
  const record = page.getByRole('region', { name: 'Record' });
  await record.getByRole('button', { name: 'Add: Next step' }).click();
  const form = page.getByRole('dialog', { name: 'Add: Next step' });
  await form.getByRole('textbox', { name: 'Next step' }).fill('Ship the fix to their dock');
  await form.getByRole('textbox', { name: 'Reason' }).fill('agreed on the call');
  await form.getByRole('button', { name: 'Save' }).click();
  await record.getByText('Ship the fix to their dock').waitFor();
  await record.getByText('“agreed on the call”').waitFor();
  await record.getByRole('button', { name: 'Change: Next step' }).click();
  const again = page.getByRole('dialog', { name: 'Change: Next step' });
  await again.getByRole('textbox', { name: 'Next step' }).fill('');
  await again.getByRole('textbox', { name: 'Reason' }).fill('it was shipped');
  await again.getByRole('button', { name: 'Save' }).click();
  await record.getByRole('button', { name: 'Add: Next step' }).waitFor();
  await page.context().close();
});
