// What an administrator looks after: tables that are taken in, teams, working hours, people.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seriousFaults, settled, tooWide } from '../harness/looks.mjs';
import { openStage, PHONE } from '../harness/page.mjs';
import { startFilled } from '../harness/service.mjs';

const SUBJECT = 'Invoices are missing a line';
// What customers wrote today is due within forty working hours: in a week, whatever day it is.
const LETTER = [
  'From: Jane Doe <jane@customer.example>',
  'To: support@ours.example',
  `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
  'Message-ID: <line@customer.example>',
  `Subject: ${SUBJECT}`,
  '',
  'Since the update our invoices are missing a line. Could you look into it, please?',
  '',
].join('\r\n');
const CONFIG = `
[organisation]
name = "Ours"
domains = ["ours.example"]
timezone = "Europe/Berlin"

[[teams]]
name = "support"
addresses = ["support@ours.example"]
on_duty = ["kim@ours.example"]

[[teams]]
name = "night"
addresses = ["night@ours.example"]
calendar = "late"

[[people]]
email = "lou@ours.example"
team = "support"
role = "agent"

[calendars.late]
timezone = "Asia/Tokyo"
monday = ["13:00-22:00"]

[reply_targets]
gold = "40h"
`;
const PERSON = { name: 'olga', password: 'four unrelated words' };
const HOLIDAYS = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'BEGIN:VEVENT',
  'UID:1@days.example',
  `DTSTART;VALUE=DATE:${new Date().getUTCFullYear() + 1}1225`,
  'SUMMARY:Yule',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

let stage;
before(async () => {
  stage = await openStage(await startFilled([LETTER], () => CONFIG));
  const page = await stage.stranger();
  await page.goto(stage.service.url);
  await page.getByLabel('One-time code').fill(stage.service.code);
  await page.getByLabel('Name').fill(PERSON.name);
  await page.getByRole('textbox', { name: 'Choose a password' }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.getByRole('navigation').waitFor();
  Object.assign(stage.service, PERSON);
  await page.context().close();
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

/** A dialog or a page that is legible to everybody and fits its window. */
async function looksRight(page, name) {
  await settled(page);
  assert.deepEqual(await seriousFaults(page), [], name);
  assert.ok((await tooWide(page)) <= 0, `${name} is wider than its window`);
  await stage.picture(page, name);
}

const file = (name, mimeType, text) => ({ name, mimeType, buffer: Buffer.from(text) });
const ours = (page) => page.getByRole('region', { name: 'Our working hours' });
const hoursDialog = (page) => page.getByRole('dialog', { name: 'Change: Our working hours' });

async function openHours(page) {
  await ours(page).getByRole('button', { name: 'Change: Our working hours' }).click();
  await hoursDialog(page).getByLabel('Monday').waitFor();
  return hoursDialog(page);
}

test('a table with bad lines is refused by their numbers, and a good one is seen before it acts', async () => {
  const page = await stage.reader('/admin?tab=tables');
  const choose = page.locator('input[type=file]');
  const bad = 'name,domains,renewal\nNorthwind,northwind.example,2026-12-01\nLakeside,,soon\n';
  await choose.setInputFiles(file('accounts.csv', 'text/csv', bad));
  const faults = page.getByRole('alert').filter({ hasText: 'Nothing can be taken in' });
  const line = faults.getByRole('row').filter({ hasText: 'renewal' });
  assert.match(await line.innerText(), /^3\s/, 'the line is named');
  assert.equal(await page.getByRole('button', { name: /^Take in/ }).count(), 0);
  await looksRight(page, 'import-faults');

  const good = 'id,name,domains,tier\ncustomer,Customer Ltd,customer.example,gold\n';
  await choose.setInputFiles(file('accounts.csv', 'text/csv', good));
  await page.getByText('1 new, 0 changed, 0 as they are.').waitFor();
  const added = page.getByRole('region', { name: 'New' });
  await added.getByRole('row').filter({ hasText: 'Customer Ltd' }).waitFor();
  await looksRight(page, 'import-compared');
  await page.getByRole('button', { name: 'Take in 1' }).click();
  await page.getByText('1 added, 0 changed').waitFor();

  // The same with another tier is a change, and shows both.
  await choose.setInputFiles(file('accounts.csv', 'text/csv', good.replace('Ltd', 'Limited')));
  const changed = page.getByRole('region', { name: 'Changed' });
  await changed.locator('del', { hasText: 'Customer Ltd' }).waitFor();
  await changed.locator('ins', { hasText: 'Customer Limited' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await changed.waitFor({ state: 'detached' });
  await page.context().close();
});

test('teams stand with their people, their hours and the file that says so', async () => {
  const page = await stage.reader('/admin?tab=teams');
  const teams = page.getByRole('region', { name: 'Teams' });
  const support = teams.getByRole('row').filter({ hasText: 'support@ours.example' });
  await support.getByText('kim@ours.example').waitFor();
  assert.match(await support.innerText(), /takes turns on duty/);
  await teams
    .getByRole('row')
    .filter({ hasText: 'night@ours.example' })
    .getByText('late')
    .waitFor();
  await page.getByText(/watchkeeper\.toml, under \[\[teams\]\]/).waitFor();
  await page.getByRole('region', { name: 'late' }).getByText('Asia/Tokyo').waitFor();
  await page.getByText('40 h').waitFor();
  await page.context().close();
});

test('other hours are compared before they act, leave the past alone, and are taken back', async () => {
  const page = await stage.reader('/admin?tab=teams');
  const dialog = await openHours(page);
  await dialog.getByLabel('Monday').fill('9 to 5');
  await dialog.getByText('Write hours as').waitFor();
  assert.ok(await dialog.getByRole('button', { name: 'See what changes' }).isDisabled());
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])
    await dialog.getByLabel(day).fill('06:00-14:00, 15:00-22:00');
  await dialog
    .locator('input[type=file]')
    .setInputFiles(file('days.ics', 'text/calendar', HOLIDAYS));
  await dialog.getByText('One whole day was found and added.').waitFor();
  await dialog.getByText('Yule').waitFor();
  await dialog.getByRole('button', { name: 'See what changes' }).click();
  const effect = dialog.getByRole('region', { name: 'What changes' });
  await effect.getByText('1 of 1 owed replies would be due at another time.').first().waitFor();
  await effect.getByRole('link', { name: SUBJECT }).waitFor();
  await looksRight(page, 'hours-compared');
  const id = (await (await stage.another(PERSON)).cases()).find((one) => one.title === SUBJECT).id;
  const client = await stage.another(PERSON);
  const due = async () => (await client.get(`/cases/${id}`)).reply_due;
  const before = await due();
  await dialog.getByRole('button', { name: 'Let these hours hold' }).click();
  await dialog.waitFor({ state: 'detached' });
  await ours(page).getByText('06:00-14:00, 15:00-22:00').first().waitFor();
  await ours(page)
    .getByText(/^Before \d/)
    .waitFor();
  await ours(page).getByText('Changed on this page').waitFor();
  // Clocks run by them at once: it is due earlier. The first days are worked through as they were.
  const begun = Date.now();
  while ((await due()) >= before) {
    assert.ok(Date.now() - begun < 60_000, `it is due at ${before} still`);
    await new Promise((later) => setTimeout(later, 200));
  }
  await looksRight(page, 'hours-changed');

  await page.getByRole('button', { name: 'Back to the configuration' }).click();
  const back = page.getByRole('dialog', { name: /back to the configuration/ });
  await back.getByRole('button', { name: 'Back to the configuration' }).click();
  await ours(page).getByText('09:00-17:00').first().waitFor();
  await page.getByRole('tab', { name: 'Audit' }).click();
  await page.getByText('hours changed').first().waitFor();
  await page.getByText('hours reset').first().waitFor();
  await page.context().close();
});

test('of two who change the hours the second is told, on a telephone, in German', async () => {
  const first = await stage.reader('/admin?tab=teams');
  const second = await stage.reader('/admin?tab=teams', {
    viewport: PHONE,
    scheme: 'dark',
    locale: 'de-DE',
  });
  const mine = second.getByRole('region', { name: 'Unsere Arbeitszeiten' });
  await mine.getByRole('button', { name: 'Ändern: Unsere Arbeitszeiten' }).click();
  const german = second.getByRole('dialog', { name: 'Ändern: Unsere Arbeitszeiten' });
  await german.getByLabel('Freitag').fill('09:00-12:00');
  await looksRight(second, 'hours-phone');
  await german.getByRole('button', { name: 'Sehen, was sich ändert' }).click();
  await german.getByRole('region', { name: 'Was sich ändert' }).waitFor();

  const dialog = await openHours(first);
  await dialog.getByLabel('Friday').fill('09:00-16:00');
  await dialog.getByRole('button', { name: 'See what changes' }).click();
  await dialog.getByRole('button', { name: 'Let these hours hold' }).click();
  await dialog.waitFor({ state: 'detached' });

  await german.getByRole('button', { name: 'Diese Zeiten gelten lassen' }).click();
  await german.getByText('Jemand hat diese Zeiten inzwischen geändert').waitFor();
  await looksRight(second, 'hours-meanwhile-phone');
  await german.getByRole('button', { name: 'Ansehen' }).click();
  await mine.getByText('09:00-16:00').waitFor();
  await first.context().close();
  await second.context().close();
});

test('of two who change a person the second is told, and a person is signed out everywhere', async () => {
  const client = await stage.another(PERSON);
  const mara = { name: 'mara', password: 'seven paper boats', role: 'viewer' };
  await client.post('/users', mara);
  const hers = await stage.another(mara);
  const page = await stage.reader('/admin');
  const row = page.getByRole('row').filter({ hasText: 'mara' });
  await row.getByRole('button', { name: 'Change mara' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change mara' });
  await dialog.getByRole('textbox', { name: 'New password' }).fill('eight paper boats');
  await client.patch('/users/mara', { role: 'manager' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Their role is Manager now.').waitFor();
  await looksRight(page, 'person-meanwhile');
  await hers.get('/queues');
  await dialog.getByRole('button', { name: 'Change them all the same' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await assert.rejects(() => hers.get('/queues'), /401/, 'a new password ends their sessions');

  const again = await stage.another({ ...mara, password: 'eight paper boats' });
  await row.getByRole('button', { name: 'Sign out: mara' }).click();
  const ask = page.getByRole('dialog', { name: 'Sign mara out everywhere?' });
  await ask.getByRole('button', { name: 'Sign out' }).click();
  await ask.waitFor({ state: 'detached' });
  await assert.rejects(() => again.get('/queues'), /401/);
  await page.context().close();
});
