// Backups: the first by itself, one at a click, a rehearsal that proves it, and what went wrong.

import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { seriousFaults, settled, tooWide } from '../harness/looks.mjs';
import { openStage, PHONE } from '../harness/page.mjs';
import { startFilled } from '../harness/service.mjs';

const LETTER = [
  'From: Jane Doe <jane@customer.example>',
  'To: support@ours.example',
  'Date: Mon, 2 Mar 2026 10:00:00 +0100',
  'Message-ID: <down@customer.example>',
  'Subject: The storefront is down',
  '',
  'The storefront is down since noon. Nobody can order anything.',
  '',
].join('\r\n');
const PERSON = { name: 'olga', password: 'four unrelated words' };
const configuration = (beside) =>
  `[backup]\ndestination = ${JSON.stringify(beside)}\nevery = "7d"\nat = "02:30"\nkeep = 7\n`;

let stage;
before(async () => {
  const service = await startFilled([LETTER], configuration);
  const answer = await fetch(`${service.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: service.code, ...PERSON }),
  });
  assert.equal(answer.status, 201);
  stage = await openStage({ ...service, ...PERSON });
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

test('a backup is made by itself, another at a click, and a rehearsal proves it', async () => {
  const page = await stage.reader('/admin?tab=backups');
  const rows = page.getByRole('table').getByRole('row');
  await rows.filter({ hasText: 'by schedule' }).waitFor();
  await page.getByText(stage.service.beside).waitFor();
  await page.getByText('every 7 days at 02:30 (UTC)').waitFor();
  await page.getByRole('button', { name: 'Back up now' }).click();
  const own = rows.filter({ hasText: `by ${PERSON.name}` });
  await own.waitFor();
  await own.getByText('not rehearsed').waitFor();
  await own.getByRole('button', { name: /^Rehearse the backup of/ }).click();
  await own.getByText('restorable').waitFor();
  for (const scheme of ['light', 'dark']) {
    const seen = await stage.reader('/admin?tab=backups', { scheme });
    await settled(seen);
    assert.deepEqual(await seriousFaults(seen), []);
    await stage.picture(seen, `backups-made-${scheme}`);
    await seen.context().close();
  }
  await page.context().close();
});

test('backups fit a phone, and are told of in German', async () => {
  const page = await stage.reader('/admin?tab=backups', { viewport: PHONE, locale: 'de-DE' });
  await page.getByRole('button', { name: 'Jetzt sichern' }).waitFor();
  await page.getByText('wiederherstellbar').waitFor();
  await page.getByText('alle 7 Tage um 02:30 (UTC)').waitFor();
  await settled(page);
  assert.ok((await tooWide(page)) <= 0);
  await stage.picture(page, 'phone-backups-made');
  await page.context().close();
});

test('a destination whose disk is gone is told of with the remedy, until it is back', async () => {
  const { beside } = stage.service;
  renameSync(beside, `${beside}-away`);
  mkdirSync(beside);
  const page = await stage.reader('/admin?tab=backups');
  const again = page.getByRole('button', { name: 'Back up now' });
  await again.click();
  const alert = page.getByRole('alert').filter({ hasText: 'No backup could be made' });
  await alert.getByText(/mount its disk/).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await stage.picture(page, 'backups-failed');
  rmSync(beside, { recursive: true });
  renameSync(`${beside}-away`, beside);
  await again.click();
  await alert.waitFor({ state: 'detached' });
  await page.context().close();
});
