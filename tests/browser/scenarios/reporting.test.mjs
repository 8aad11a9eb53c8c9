// What reports say: outcomes with promises, and the pilot report with the cases behind its figures.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from '../harness/page.mjs';

let stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

/** The day in the middle of the history, as an address names it. */
async function middle() {
  const { since, until } = await stage.client.get('/reports/pilot');
  return new Date((Date.parse(since) + Date.parse(until)) / 2).toISOString().slice(0, 10);
}

test('outcomes tell how often promises were kept, and what is counted from when to when', async () => {
  const { all } = await stage.client.get('/reports/outcomes');
  const page = await stage.reader('/reports');
  await page.getByText('Promises kept', { exact: true }).first().waitFor();
  await page
    .getByText(`${all.promises.kept} of ${all.promises.kept + all.promises.broken} decided`)
    .waitFor();
  await page.getByText(/^From the first message of the case until the rules/).waitFor();
  await page.context().close();
});

test('a figure of the pilot report opens the cases that it counts', async () => {
  const { whole } = await stage.client.get('/reports/pilot');
  assert.ok(whole.earlier > 0, 'nobody would have been told earlier of any case of the demo');
  const page = await stage.reader('/reports?tab=pilot');
  const name = `Told before anybody reacted, Whole time: ${whole.earlier}`;
  await page.getByRole('link', { name }).click();
  const opened = page.getByRole('region', { name: /^Told before anybody reacted · whole time/ });
  await opened.waitFor();
  await opened
    .getByRole('listitem')
    .nth(whole.earlier - 1)
    .waitFor();
  assert.equal(await opened.getByRole('listitem').count(), whole.earlier);
  await opened.getByRole('listitem').first().locator('a[href^="/cases/"]').first().click();
  await page.waitForURL(/\/cases\//);
  await page.context().close();
});

test('before and after a day stand beside the whole, in German as well', async () => {
  const day = await middle();
  const page = await stage.reader(`/reports?tab=pilot&split=${day}`);
  await page.getByRole('columnheader', { name: /^Before / }).waitFor();
  await page.getByRole('columnheader', { name: /^From / }).waitFor();
  await page.getByRole('heading', { name: 'What mail cannot show' }).waitFor();
  await stage.picture(page, 'pilot-split');
  await page.context().close();
  const german = await stage.reader(`/reports?tab=pilot&split=${day}`, { locale: 'de-DE' });
  await german.getByRole('columnheader', { name: /^Vor dem / }).waitFor();
  await german.getByRole('heading', { name: 'Was Mails nicht zeigen' }).waitFor();
  await german.context().close();
});

/** What a button has the browser fetch. */
async function fetched(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

test('the pilot report and the brief of a case are fetched as PDF', async () => {
  const page = await stage.reader('/reports?tab=pilot');
  const report = await fetched(page, page.getByRole('link', { name: 'PDF' }));
  assert.equal(report.name, 'pilot.pdf');
  assert.equal(report.bytes.subarray(0, 5).toString(), '%PDF-');
  const [first] = await stage.client.cases();
  await page.goto(`${stage.service.url}/cases/${first.id}/brief`);
  const brief = await fetched(page, page.getByRole('link', { name: 'PDF' }));
  assert.equal(brief.name, `${first.id}.pdf`);
  assert.equal(brief.bytes.subarray(0, 5).toString(), '%PDF-');
  await page.context().close();
});
