// What somebody sees who comes to look: queues, reasons, cases, evidence, search.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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

/** The queue with the most cases. */
async function fullestQueue() {
  const queues = await stage.client.get('/queues');
  return queues.reduce((most, queue) => (queue.count > most.count ? queue : most));
}

test('a wrong password is refused in words, the right one shows the first queue', async () => {
  const page = await stage.stranger();
  await stage.signIn(page, 'not the password');
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /password/i);
  await stage.picture(page, 'sign-in');
  await stage.signIn(page);
  const queues = await stage.client.get('/queues');
  const first = queues.find((queue) => queue.count > 0);
  await page.getByRole('heading', { level: 1, name: first.title }).waitFor();
  await page.context().close();
});

test('who signs out is out, on the next page too', async () => {
  const page = await stage.stranger();
  await stage.signIn(page);
  await page.getByRole('button', { name: new RegExp(`^${stage.service.name},`) }).click();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.goto(`${stage.service.url}/sources`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.context().close();
});

test('a queue shows its escalations with level, account, reasons and last words', async () => {
  const queue = await fullestQueue();
  const listed = await stage.client.get(`/queues/${queue.id}/cases?limit=5`);
  const page = await stage.reader(`/queues/${queue.id}`);
  const rows = page.getByRole('list', { name: `Cases in ${queue.title}` }).getByRole('listitem');
  await rows.first().waitFor();
  for (const [i, row] of listed.items.entries()) {
    const text = await page.locator(`[data-row="${i}"]`).innerText();
    assert.ok(text.includes(row.title), `${row.title} is not in row ${i}`);
    assert.ok(text.includes(row.account.name), `${row.account.name} is not in row ${i}`);
    if (row.level !== 'none')
      assert.ok(text.includes(row.level), `${row.level} is not in row ${i}`);
    for (const reason of row.reasons) assert.ok(text.includes(reason.title), reason.title);
  }
  assert.ok(
    listed.items.some((row) => row.level !== 'none'),
    'the demo has no escalation',
  );
  const count = page.getByRole('navigation').getByRole('link', { name: queue.title });
  assert.match(await count.innerText(), new RegExp(`\\b${queue.count}\\b`));
  await stage.picture(page, 'queue-light');
  await page.context().close();
});

test('filters stand in the address and narrow the queue', async () => {
  const queue = await fullestQueue();
  const all = await stage.client.get(`/queues/${queue.id}/cases?limit=200`);
  const { level } = all.items.find((row) => row.level !== 'none');
  const page = await stage.reader(`/queues/${queue.id}`);
  await page.getByRole('combobox', { name: 'Any level' }).click();
  await page.getByRole('option', { name: level, exact: true }).click();
  await page.waitForURL(new RegExp(`level=${level}`));
  const wanted = all.items.filter((row) => row.level === level).length;
  await page.getByText(wanted === all.total ? /\bcases?$/ : new RegExp(`^${wanted} of `)).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.waitForURL((url) => url.search === '');
  await page.context().close();
});

test('a reason opens its sentence in place', async () => {
  const queue = await fullestQueue();
  const listed = await stage.client.get(`/queues/${queue.id}/cases?limit=10`);
  const at = listed.items.findIndex((row) => row.reasons.some((reason) => reason.quote));
  assert.ok(at >= 0, 'no reason has a sentence');
  const reason = listed.items[at].reasons.find((one) => one.quote);
  const page = await stage.reader(`/queues/${queue.id}`);
  const row = page.locator(`[data-row="${at}"]`);
  const chip = row.getByRole('button', { name: reason.title });
  await chip.click();
  const address = page.url();
  const quote = row.getByTitle('Show the passage');
  await quote.waitFor();
  assert.ok(
    (await quote.innerText()).replace(/\s+/g, ' ').includes(reason.quote.text.replace(/\s+/g, ' ')),
  );
  assert.equal(await chip.getAttribute('aria-expanded'), 'true');
  assert.equal(page.url(), address, 'the queue was left');
  await stage.picture(page, 'queue-reason');
  await chip.click();
  await quote.waitFor({ state: 'detached' });
  await page.context().close();
});

test('from the queue to the highlighted sentence it takes two clicks', async () => {
  const queue = await fullestQueue();
  const listed = await stage.client.get(`/queues/${queue.id}/cases?limit=10`);
  const at = listed.items.findIndex((row) => row.reasons.some((one) => one.quote?.part === 'body'));
  const row = listed.items[at];
  const { quote, title } = row.reasons.find((one) => one.quote?.part === 'body');
  const page = await stage.reader(`/queues/${queue.id}`);
  await page.locator(`[data-row="${at}"]`).getByRole('button', { name: title }).click();
  await page.locator(`[data-row="${at}"]`).getByTitle('Show the passage').click();
  const mark = page.locator('mark[data-meant]');
  await mark.first().waitFor();
  const message = await stage.client.get(`/messages/${quote.message}`);
  const passage = Buffer.from(message.body).subarray(quote.start, quote.end).toString();
  assert.equal((await mark.allTextContents()).join(''), passage);
  assert.ok(await mark.first().isVisible());
  await stage.picture(page, 'case-light');
  await page.context().close();
});

test('a passage behind letters of several bytes is marked exactly', async () => {
  const { message } = await stage.client.findMessage((one) =>
    one.signals.some(({ evidence }) =>
      evidence.some(
        (quote) =>
          quote.message === one.key &&
          quote.part === 'body' &&
          /\P{ASCII}/u.test(Buffer.from(one.body).subarray(0, quote.end).toString()),
      ),
    ),
  );
  const body = Buffer.from(message.body);
  const quote = message.signals
    .flatMap((signal) => signal.evidence)
    .find((one) => one.part === 'body' && /\P{ASCII}/u.test(body.subarray(0, one.end).toString()));
  const search = new URLSearchParams({ start: quote.start, end: quote.end });
  const page = await stage.reader(`/messages/${message.key}?${search}`);
  await page.locator('mark[data-meant]').first().waitFor();
  const marked = (await page.locator('mark[data-meant]').allTextContents()).join('');
  assert.equal(marked, body.subarray(quote.start, quote.end).toString());
  await page.context().close();
});

test('a quotation is folded, opens and folds again', async () => {
  const { message } = await stage.client.findMessage((one) => {
    const kinds = one.segments.map((segment) => segment.kind);
    return kinds.includes('quotation') && kinds.includes('new');
  });
  const page = await stage.reader(`/messages/${message.key}`);
  const folded = page.locator('details[data-kind="quotation"]').first();
  const text = folded.locator('> div');
  await folded.waitFor();
  assert.equal(await text.isVisible(), false);
  await folded.locator('summary').click();
  assert.equal(await text.isVisible(), true);
  await stage.picture(page, 'message-quotation');
  await folded.locator('summary').click();
  assert.equal(await text.isVisible(), false);
  await page.context().close();
});

test('the source tells why it is here, where it was seen, and gives the captured bytes', async () => {
  const { record, message } = await stage.client.findMessage((one) => one.sightings.length > 0);
  const page = await stage.reader(`/cases/${record.id}?message=${message.key}`);
  await page.getByText('Why is this here?').waitFor();
  assert.ok(await page.getByText(`${message.why.confidence} % sure`).isVisible());
  await page.getByText(/^Seen in/).click();
  assert.ok(await page.getByText(message.sightings[0].source_title).first().isVisible());
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Original' }).click(),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const hash = createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
  assert.equal(hash, message.evidence);
  await page.context().close();
});

test('the message as sent is shown in a frame without scripts or origin', async () => {
  const { message } = await stage.client.findMessage((one) => one.has_html);
  const page = await stage.reader(`/messages/${message.key}`);
  await page.getByText('As sent').click();
  const frame = page.locator('iframe');
  await frame.waitFor();
  assert.equal(await frame.getAttribute('sandbox'), '');
  const body = page.frameLocator('iframe').locator('body');
  await body.waitFor();
  assert.ok((await body.innerText()).trim().length > 0, 'the frame is empty');
  await stage.picture(page, 'message-html');
  await page.context().close();
});

test('search finds a misspelt word as it is typed and opens the passage', async () => {
  const { message } = await stage.client.findMessage((one) => longWord(one) !== undefined);
  const word = longWord(message);
  const typo = word.slice(0, 4) + word.slice(5);
  const page = await stage.reader('/search');
  await page.getByRole('searchbox', { name: 'Search' }).pressSequentially(typo, { delay: 15 });
  const hits = page.getByRole('list', { name: 'Hits' }).getByRole('listitem');
  await hits.first().waitFor();
  const found = hits
    .filter({ has: page.locator('mark', { hasText: new RegExp(word, 'i') }) })
    .first();
  await found.waitFor();
  await stage.picture(page, 'search');
  await found.getByRole('link').click();
  await page.waitForURL(/\/(cases|messages)\//);
  const mark = page.locator('mark[data-meant]', { hasText: new RegExp(word, 'i') }).first();
  await mark.waitFor();
  assert.ok(await mark.isVisible());
  await page.context().close();
});

/** A word of the new text that is worth misspelling. */
function longWord(message) {
  const body = Buffer.from(message.body);
  const [first] = message.segments.filter((segment) => segment.kind === 'new');
  if (!first || message.class.kind !== 'human') return undefined;
  const words = body
    .subarray(first.start, first.end)
    .toString()
    .match(/\b[a-z]{8,12}\b/g);
  return words?.[0];
}

test('a query that is not understood says so', async () => {
  const page = await stage.reader('/search?q=nosuchoperator%3Avalue');
  await page.getByText(/Not understood/).waitFor();
  await page.context().close();
});

test('an account shows its cases and people, the sources their ledgers', async () => {
  const { items } = await stage.client.get('/accounts');
  const account = await stage.client.get(`/accounts/${encodeURIComponent(items[0].id)}`);
  const page = await stage.reader('/accounts');
  await page.getByRole('link', { name: account.account.name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: account.account.name }).waitFor();
  for (const row of account.cases)
    await page.getByRole('link', { name: row.title }).first().waitFor();
  for (const contact of account.contacts) await page.getByText(contact.email).first().waitFor();
  await stage.picture(page, 'account');
  const [source] = await stage.client.get('/sources');
  await page
    .getByRole('navigation')
    .getByRole('link', { name: /Sources/ })
    .click();
  await page.getByRole('heading', { name: source.title }).waitFor();
  const verdicts = page.getByText(/^(balances|\d+ items? unaccounted for)$/);
  assert.ok((await verdicts.count()) >= source.folders.length);
  await stage.picture(page, 'sources');
  await page.context().close();
});

test('an address that leads nowhere says so', async () => {
  const page = await stage.reader('/no/such/page');
  await page.getByText('There is no such page').waitFor();
  await page.goto(`${stage.service.url}/cases/00000-00000`);
  await page.getByRole('alert').waitFor();
  await page.context().close();
});
