// What a manager does: promises, alerts, what changed, time travel, handing over, many at once.

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

const timeline = (page) => page.getByRole('region', { name: 'Timeline' });

test('a promise is confirmed, is seen to be late, and says why', async () => {
  const { items } = await stage.client.get('/promises?state=missed&by=us');
  const promise = items.find((one) => !one.confirmed && one.quote);
  assert.ok(promise, 'the demo has no missed promise that nobody confirmed');
  const page = await stage.reader('/promises');
  const line = page.locator(`[data-promise="${promise.id}"]`);
  await line.getByText('not kept').first().waitFor();
  await line.getByRole('button', { name: 'Confirm' }).click();
  await line.getByText('confirmed', { exact: true }).waitFor();
  await line.getByRole('button', { name: 'What became of it' }).click();
  await line.getByText('Its time passed, and nothing shows that it was done.').waitFor();
  await stage.picture(page, 'promise-history');
  await line.getByTitle('Show the passage').first().click();
  await page.waitForURL(new RegExp(`/cases/${promise.case}`));
  const mark = page.locator('mark[data-meant]');
  await mark.first().waitFor();
  assert.equal(
    (await mark.allTextContents()).join('').replace(/\s+/g, ' '),
    promise.quote.text.replace(/\s+/g, ' '),
  );
  await page.context().close();
});

test('a promise is put right, with what the rules read beside it', async () => {
  const { items } = await stage.client.get('/promises?by=us&state=missed');
  const promise = items.at(-1);
  const page = await stage.reader('/promises');
  const line = page.locator(`[data-promise="${promise.id}"]`);
  await line.getByRole('button', { name: 'More about this promise' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const form = page.getByRole('dialog', { name: 'Edit' });
  await form.getByLabel('Due').fill('2040-01-15T12:00');
  await form.getByRole('textbox', { name: 'Reason (optional)' }).fill('Agreed on the phone');
  await form.getByRole('button', { name: 'Edit' }).click();
  await form.waitFor({ state: 'detached' });
  const later = page.getByRole('region', { name: /^Due later/ });
  const moved = later.locator(`[data-promise="${promise.id}"]`);
  await moved.waitFor();
  await moved.getByRole('button', { name: 'What became of it' }).click();
  await moved.getByText('The rules read').waitFor();
  await page.context().close();
});

test('the promises are a calendar file', async () => {
  const page = await stage.reader('/promises');
  const button = page.getByRole('button', { name: 'Calendar file' });
  await page.locator('[data-promise]').first().waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  assert.match(Buffer.concat(chunks).toString(), /^BEGIN:VCALENDAR\r\n[\s\S]*BEGIN:VEVENT\r\n/);
  await page.context().close();
});

test('an alert says why it was not told, is seen to, and one is silenced', async () => {
  const held = (await stage.client.get('/alerts?state=held')).items[0];
  const page = await stage.reader('/alerts');
  const line = page.locator(`[data-alert="${held.id}"]`);
  await line.getByText('held', { exact: true }).waitFor();
  await line.getByRole('button', { name: 'Who was told' }).click();
  await line.getByText('Meant for').waitFor();
  await stage.picture(page, 'alert-details');
  await line.getByRole('button', { name: 'I see to it' }).click();
  await line.getByText('seen to', { exact: true }).waitFor();

  const open = (await stage.client.get('/alerts?state=open')).items.find((one) => one.case);
  const other = page.locator(`[data-alert="${open.id}"]`);
  await other.getByRole('button', { name: 'Silence' }).click();
  const form = page.getByRole('dialog', { name: 'Silence' });
  await form.getByRole('textbox', { name: 'Reason' }).fill('We talk to them today');
  await form.getByRole('button', { name: 'Silence' }).click();
  await form.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: /^Silences/ }).click();
  await page.getByText('“We talk to them today”').waitFor();
  await page.context().close();
});

test('what changed is read, and the case is seen as it was before', async () => {
  const record = await stage.client.findCase(
    ({ timeline: items, level }) =>
      level !== 'none' && items.filter((item) => item.type === 'message').length > 3,
  );
  const since = new Date(Date.parse(record.timeline[0].at) - 1000).toISOString();
  const page = await stage.reader(`/changes?since=${encodeURIComponent(since)}`);
  const block = page.getByRole('region', {
    name: `${record.account.name}: ${record.title}`,
    exact: true,
  });
  await block.first().waitFor();
  await stage.picture(page, 'changes');
  await block.first().getByRole('link', { name: record.title }).click();
  await page.waitForURL(new RegExp(`/cases/${record.id}`));
  const messages = page.locator('li[data-message]');
  await timeline(page).waitFor();
  const now = await messages.count();
  const slider = page.getByRole('slider', { name: 'Time travel' });
  await slider.focus();
  await page.keyboard.press('Home');
  await page.getByText('You see the case as it was at').waitFor();
  await page.waitForFunction(
    (before) => document.querySelectorAll('li[data-message]').length < before,
    now,
  );
  assert.equal(
    await page.getByRole('textbox', { name: 'Add a note' }).count(),
    0,
    'somebody could write into the past',
  );
  await stage.picture(page, 'time-travel');
  await page.getByRole('button', { name: 'Back to now' }).click();
  await page.getByRole('textbox', { name: 'Add a note' }).waitFor();
  assert.equal(await messages.count(), now);

  await page.goto(`${stage.service.url}/changes`);
  await page.getByRole('button', { name: 'Mark as read' }).click();
  await page.getByText(/^Nothing new since/).waitFor();
  await page.context().close();
});

test('a case is handed over with its brief, and the other one takes it', async () => {
  const record = await stage.client.findCase(
    ({ level, state, handoff }) => level !== 'none' && state === 'open' && !handoff,
  );
  const password = 'four unrelated words';
  const taker = `taker${Date.now()}`;
  await stage.client.post('/users', { name: taker, password, role: 'agent' });
  const page = await stage.reader(`/cases/${record.id}`);
  await page.getByRole('link', { name: 'Hand over' }).click();
  await page.waitForURL(/\/brief$/);
  await page.getByRole('heading', { name: 'Where it stands' }).waitFor();
  await stage.picture(page, 'brief');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Markdown' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `${record.id}.md`);
  await page.getByRole('button', { name: 'Hand over to…' }).click();
  const form = page.getByRole('dialog', { name: 'Hand over to…' });
  await form.getByRole('combobox', { name: 'To' }).fill(taker);
  await form.getByRole('textbox', { name: 'What they should know first' }).fill('Audit on Friday');
  await form.getByRole('button', { name: 'Hand over to…' }).click();
  await page.getByText(/^Handed over by .* waits to be accepted/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Take it over' }).count(), 0);

  const other = await stage.stranger();
  await other.goto(stage.service.url);
  await other.getByLabel('Name').fill(taker);
  await other.getByLabel('Password', { exact: true }).fill(password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('navigation').waitFor();
  await other.goto(`${stage.service.url}/changes`);
  const waiting = other.getByRole('region', { name: 'Handed over, not accepted yet' });
  await waiting.getByText('Audit on Friday').first().waitFor();
  await waiting.locator(`a[href="/cases/${record.id}/brief"]`).click();
  await other.waitForURL(/\/brief$/);
  await other.getByRole('button', { name: 'Take it over' }).click();
  await other.getByText('The case is yours').waitFor();
  const taken = await stage.client.get(`/cases/${record.id}`);
  assert.equal(taken.owner, taker);
  assert.equal(taken.handoff.accepted_by, taker);
  await other.context().close();
  await page.context().close();
});

test('several cases are chosen by keyboard, assigned, and come back by undo', async () => {
  const { items } = await stage.client.get('/queues/all/cases?limit=2');
  const page = await stage.reader('/queues/all');
  await page.locator('[data-row="1"]').waitFor();
  for (const row of ['0', '1']) {
    await page.keyboard.press('j');
    await page.waitForFunction(
      (wanted) => document.activeElement?.closest('[data-row]')?.dataset.row === wanted,
      row,
    );
    await page.keyboard.press('x');
    await page.locator(`[data-row="${row}"][data-chosen]`).waitFor();
  }
  await page.getByText('2 cases chosen').waitFor();
  await stage.picture(page, 'queue-chosen');
  await page.keyboard.press('a');
  const form = page.getByRole('dialog', { name: 'Assign 2 cases' });
  await form.getByRole('combobox', { name: 'Owner' }).fill('nora.lind@brightwater.example');
  await form.getByRole('textbox', { name: 'Reason' }).fill('Nora has time today');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('2 cases assigned').waitFor();
  for (const { id } of items) {
    assert.equal((await stage.client.get(`/cases/${id}`)).owner, 'nora.lind@brightwater.example');
  }
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back').waitFor();
  for (const { id, owner } of items) {
    assert.equal((await stage.client.get(`/cases/${id}`)).owner, owner);
  }
  await page.context().close();
});

test('a reply that is due explains itself, and a signal can be disagreed with', async () => {
  const record = await stage.client.findCase(
    ({ reply_due, signals }) => reply_due && signals.some((one) => one.cleared_at == null),
  );
  const signal = record.signals.find((one) => one.cleared_at == null);
  const page = await stage.reader(`/cases/${record.id}`);
  await page.getByRole('button', { name: /why\?$/ }).click();
  const ledger = page.getByRole('dialog', { name: 'Why the reply is due then' });
  await ledger.getByText('counted').first().waitFor();
  await stage.picture(page, 'due-explained');
  await page.keyboard.press('Escape');
  await ledger.waitFor({ state: 'detached' });
  await page
    .getByRole('button', { name: `More about ${signal.title}` })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Disagree' }).click();
  const form = page.getByRole('dialog', { name: `${signal.title}: Disagree` });
  await form.getByRole('textbox', { name: 'Reason' }).fill('They say the opposite');
  await form.getByRole('button', { name: 'Disagree' }).click();
  await page.getByText('“They say the opposite”').first().waitFor();
  await page.context().close();
});
