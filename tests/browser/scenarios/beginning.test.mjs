// The first minute: nobody can sign in, the service has printed a code.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from '../harness/page.mjs';
import { startEmpty } from '../harness/service.mjs';

let stage;
before(async () => {
  stage = await openStage(await startEmpty());
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

test('the one-time code makes an administrator, once, and the empty page says what to do', async () => {
  const { url, code } = stage.service;
  const page = await stage.stranger();
  await page.goto(url);
  await page.getByRole('heading', { name: 'Set up Watchkeeper' }).waitFor();
  const fill = async (typed) => {
    await page.getByLabel('One-time code').fill(typed);
    await page.getByLabel('Name').fill('olga');
    await page.getByRole('textbox', { name: 'Choose a password' }).fill('four unrelated words');
    await page.getByRole('button', { name: 'Create administrator' }).click();
  };
  await fill('WRONG-WRONG-WRONG');
  await page.getByRole('alert').waitFor();
  await stage.picture(page, 'set-up');
  await fill(code);
  await page.getByText('Nothing has been captured yet.').waitFor();
  await stage.picture(page, 'first-run');
  await page.getByRole('button', { name: /^olga, administrator/ }).waitFor();

  const second = await stage.stranger();
  await second.goto(url);
  await second.getByRole('heading', { name: 'Sign in' }).waitFor();
  await second.context().close();
  await page.context().close();
});
