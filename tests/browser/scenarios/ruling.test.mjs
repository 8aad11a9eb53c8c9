// What somebody does who keeps the rules: edit, test, try on history, activate, go back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStage } from '../harness/page.mjs';

const FILE = 'signals/repeated_follow_up.rhai';
const LINE = /const HOURS = [\d.]+;/;

let stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

const editor = (page) => page.locator(`[data-editor="${FILE}"]`);
const kept = (page) => page.getByRole('status').filter({ hasText: /^Draft kept$/ });
const verdict = (page, said) => page.getByRole('status').filter({ hasText: said });

/** Puts `text` in the place of the line that sets the threshold, as somebody would by hand. */
async function writeThreshold(page, text) {
  await editor(page).waitFor();
  const line = page.locator('.cm-line').filter({ hasText: LINE });
  await line.click();
  await page.waitForFunction(
    (path) => document.activeElement?.getAttribute('data-editor') === path,
    FILE,
  );
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.insertText(text);
  await page.locator('.cm-line').filter({ hasText: text }).waitFor();
}

test('a threshold is edited, a red test blocks it, it is mended, tried on history, activated and rolled back', async () => {
  const before = (await stage.client.get('/rules')).active;
  const page = await stage.reader(`/rules?file=${encodeURIComponent(FILE)}`);
  await verdict(page, /^All \d+ pass$/).waitFor({ timeout: 60_000 });

  // An edit that breaks what the tests hold.
  await writeThreshold(page, 'const HOURS = 4000.0;');
  await verdict(page, /^\d+ of \d+ fail$/).waitFor({ timeout: 60_000 });
  await kept(page).waitFor();
  const failing = page.getByRole('list', { name: 'Tests' }).getByRole('listitem');
  await failing.filter({ hasText: 'was not raised' }).first().waitFor();
  await stage.picture(page, 'rules-red');
  await page.getByRole('button', { name: 'Activate' }).click();
  const dialog = page.getByRole('dialog', { name: 'Activate the draft' });
  await dialog.getByRole('alert').waitFor({ timeout: 60_000 });
  await dialog.getByRole('textbox', { name: 'What is new, and why' }).fill('Far too patient');
  assert.ok(await dialog.getByRole('button', { name: 'Activate' }).isDisabled());
  await dialog.getByRole('button', { name: 'Show what fails' }).click();
  await dialog.waitFor({ state: 'detached' });
  await failing.filter({ hasText: 'was not raised' }).first().waitFor();
  assert.equal((await stage.client.get('/rules')).active, before);

  // Mended, it passes, and history tells what it would change.
  await writeThreshold(page, 'const HOURS = 5.0;');
  await verdict(page, /^All \d+ pass$/).waitFor({ timeout: 60_000 });
  await page.getByRole('tab', { name: 'Backtest' }).click();
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByRole('region', { name: 'Gained' }).waitFor({ timeout: 60_000 });
  await page.getByRole('figure').waitFor();
  await stage.picture(page, 'rules-backtest');
  await page.getByRole('button', { name: 'Activate' }).click();
  await dialog.getByText(/judged otherwise/).waitFor({ timeout: 60_000 });
  await dialog.getByText(`Changes 1 file: ${FILE}.`).waitFor();
  await dialog.getByRole('textbox', { name: 'What is new, and why' }).fill('A little more patient');
  await stage.picture(page, 'rules-activate');
  await dialog.getByRole('button', { name: 'Activate' }).click();
  await dialog.waitFor({ state: 'detached', timeout: 60_000 });
  const after = (await stage.client.get('/rules')).active;
  assert.notEqual(after, before);
  await page.getByText(`active: ${after}`).waitFor();

  // And back.
  await page.getByRole('link', { name: 'Versions' }).click();
  const row = page.getByRole('row').filter({ hasText: after });
  await row.getByText('A little more patient').waitFor();
  await stage.picture(page, 'rules-versions');
  await page.getByRole('button', { name: 'Roll back' }).click();
  const back = page.getByRole('dialog', { name: 'Go back to the set before' });
  await back.getByRole('textbox').fill('It was right as it was');
  await back.getByRole('button', { name: 'Roll back' }).click();
  await back.waitFor({ state: 'detached', timeout: 60_000 });
  await page.getByText(`active: ${before}`).waitFor();
  assert.equal((await stage.client.get('/rules')).active, before);
  await page.context().close();
});

test('a misspelt word is marked in place and named below, with where it is', async () => {
  await stage.client.post('/rules/draft', { from: 'active' });
  const page = await stage.reader(`/rules?file=${encodeURIComponent(FILE)}`);
  await writeThreshold(page, 'const HOURS = hors_of_day;');
  const problems = page.getByRole('status', { name: 'What is wrong with the draft' });
  await problems.getByRole('button').filter({ hasText: FILE }).first().waitFor();
  await page.locator('.cm-lint-marker-error').first().waitFor();
  await stage.picture(page, 'rules-error');
  await stage.client.post('/rules/draft', { from: 'active' });
  await page.context().close();
});

test('the word at the cursor is explained, and completion offers what the reference knows', async () => {
  await stage.client.post('/rules/draft', { from: 'active' });
  const page = await stage.reader(`/rules?file=${encodeURIComponent(FILE)}&tab=help`);
  await editor(page).waitFor();
  await page.getByRole('textbox', { name: 'Find in the reference' }).fill('working_hours');
  await page.getByText('working_hours(from, to) -> float').waitFor();
  await writeThreshold(page, 'const HOURS = 4.0; //');
  await page.keyboard.press('Enter');
  await page.keyboard.type('rais');
  await page
    .getByRole('option', { name: /^raise/ })
    .first()
    .waitFor();
  await stage.picture(page, 'rules-completion');
  await page.keyboard.press('Escape');
  await page.context().close();
});

test('what another session wrote into the same file is shown, not overwritten', async () => {
  await stage.client.post('/rules/draft', { from: 'active' });
  const page = await stage.reader(`/rules?file=${encodeURIComponent(FILE)}`);
  await editor(page).waitFor();
  const path = `/rules/draft/files/${encodeURIComponent(FILE)}`;
  const { text } = await stage.client.get(path);
  const theirs = text.replace(LINE, 'const HOURS = 6.0;');
  await stage.client.put(path, { text: theirs });
  await writeThreshold(page, 'const HOURS = 3.0;');
  const told = page.getByRole('alert').filter({ hasText: 'changed elsewhere' });
  await told.waitFor();
  await stage.picture(page, 'rules-conflict');
  assert.equal((await stage.client.get(path)).text, theirs);
  await told.getByRole('button', { name: 'Take theirs' }).click();
  await page.locator('.cm-line').filter({ hasText: 'const HOURS = 6.0;' }).waitFor();
  await page.context().close();
});

test('a set that somebody else activated meanwhile is told of, and the draft is brought onto it', async () => {
  const colleague = { name: 'nora', password: 'eleven quiet lanterns', role: 'ops' };
  await stage.client.post('/users', colleague);
  const other = await stage.another(colleague);
  await stage.client.post('/rules/draft', { from: 'active' });
  await other.post('/rules/draft', { from: 'active' });

  // Both change the same file; hers becomes active first.
  const path = `/rules/draft/files/${encodeURIComponent(FILE)}`;
  const { text } = await stage.client.get(path);
  const page = await stage.reader(`/rules?file=${encodeURIComponent(FILE)}`);
  await writeThreshold(page, 'const HOURS = 5.0;');
  await kept(page).waitFor();
  const hers = text.replace(LINE, 'const HOURS = 4.5;');
  await other.put(path, { text: hers });
  const { rules } = await (await other.post('/rules/draft/save', { note: 'Half an hour' })).json();
  await other.post(`/rules/versions/${encodeURIComponent(rules)}/activate`, {
    note: 'Half an hour',
  });

  await page.reload();
  const told = page.getByRole('alert').filter({ hasText: `nora activated ${rules}` });
  await told.waitFor();
  await told.getByRole('radiogroup', { name: `You both changed ${FILE}` }).waitFor();
  await stage.picture(page, 'rules-stale');
  const update = told.getByRole('button', { name: 'Bring my draft up to date' });
  assert.ok(await update.isDisabled(), 'it would overwrite what was not looked at');
  await told.getByRole('radio', { name: 'Take theirs' }).check();
  await update.click();
  await told.waitFor({ state: 'detached' });
  await page.locator('.cm-line').filter({ hasText: 'const HOURS = 4.5;' }).waitFor();
  await page.context().close();
});

test('a form writes a signal that loads, and shows what it writes', async () => {
  await stage.client.post('/rules/draft', { from: 'active' });
  const page = await stage.reader('/rules/build');
  await page.getByRole('textbox', { name: 'Name' }).fill('refund_request');
  await page
    .getByRole('textbox', { name: /^What it finds/ })
    .fill('the customer asks for money back.');
  await page.getByRole('textbox', { name: /^Phrases/ }).fill('(refund|money back)');
  const script = page.getByRole('region', { name: 'What is written' });
  await script.getByText('msg.new_text.find("refund_request")').waitFor();
  await stage.picture(page, 'rules-form');
  await page.getByRole('button', { name: 'Add to my draft' }).click();
  await page.locator('[data-editor="signals/refund_request.rhai"]').waitFor();
  await page.getByText('No errors.').waitFor();
  const { files } = await stage.client.get('/rules/draft');
  const added = files.filter((file) => file.change === 'added').map((file) => file.path);
  assert.deepEqual(added, ['signals/refund_request.rhai', 'words/en/refund_request.txt']);
  await stage.client.post('/rules/draft', { from: 'active' });
  await page.context().close();
});

test('a script is followed over a case, and a step leads to its line', async () => {
  const [row] = await stage.client.cases();
  const page = await stage.reader(`/rules/trace?case=${row.id}&signal=repeated_follow_up`);
  const call = page.getByRole('group').filter({ hasText: 'on_message' }).first();
  await call.locator('summary').click();
  await stage.picture(page, 'rules-trace');
  await call
    .getByRole('link', { name: /repeated_follow_up\.rhai:\d+/ })
    .first()
    .click();
  await editor(page).waitFor();
  await page.context().close();
});
