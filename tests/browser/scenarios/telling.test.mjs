// What people are told: of cases that wait to be taken, by digests, and of what their searches find.

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { seriousFaults, settled, tooWide } from '../harness/looks.mjs';
import { openStage, PHONE } from '../harness/page.mjs';

let stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

const ADDRESS = 'cases@tidewater.example';

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Hands a letter in by SMTP (RFC 5321); waits until it is kept. */
function handIn(port, letter) {
  const lines = [
    'EHLO harbour.example',
    'MAIL FROM:<jo@harbour.example>',
    `RCPT TO:<${ADDRESS}>`,
    'DATA',
    `${letter.join('\r\n')}\r\n.`,
    'QUIT',
  ];
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8');
    socket.once('error', fail);
    socket.once('close', () => (lines.length === 0 ? done() : fail(new Error(said))));
    socket.on('data', (chunk) => {
      said += chunk;
      // A reply ends with a line that has no dash behind its code.
      if (!/^[23]\d\d [^\r\n]*\r\n$/m.test(chunk)) return;
      const next = lines.shift();
      if (next) socket.write(`${next}\r\n`);
      else socket.end();
    });
  });
}

/** Every page is legible to everybody, and fits a telephone. */
async function looksRight(path, name, wanted) {
  for (const scheme of ['light', 'dark']) {
    const page = await stage.reader(path, { scheme });
    await wanted(page).first().waitFor();
    await settled(page);
    assert.deepEqual(await seriousFaults(page), [], name);
    await stage.picture(page, `${name}-${scheme}`);
    await page.context().close();
  }
  const page = await stage.reader(path, { viewport: PHONE });
  await wanted(page).first().waitFor();
  await settled(page);
  assert.ok((await tooWide(page)) <= 0, `${name} is wider than a telephone`);
  await stage.picture(page, `${name}-phone`);
  await page.context().close();
}

test('a search that is kept tells of new mail: by an alert, and in the digest', async () => {
  const page = await stage.reader('/search?q=pallets');
  await page.getByRole('button', { name: 'Save as a queue or alert' }).click();
  const form = page.getByRole('dialog', { name: 'Save as a queue or alert' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Pallets');
  await form.getByRole('combobox', { name: 'Tell me of new mail that it finds' }).click();
  await page.getByRole('option', { name: 'As an alert, within my hours' }).click();
  await stage.picture(page, 'search-told');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'detached' });
  const digested = { name: 'Border', search: { q: 'border' }, tell: 'digest' };
  await stage.client.put('/views/border', digested);

  const port = await freePort();
  await stage.client.post('/source-definitions', {
    name: 'cases',
    kind: 'smtp',
    settings: { intake: { listen: `127.0.0.1:${port}`, addresses: [ADDRESS] } },
    secrets: {},
  });
  await handIn(port, [
    'From: Jo Harbour <jo@harbour.example>',
    `To: ${ADDRESS}`,
    'Message-ID: <pallets@harbour.example>',
    'Subject: Held up',
    '',
    'Our pallets are held at the border.',
  ]);
  await page.goto(`${stage.service.url}/alerts`);
  const line = page
    .locator('[data-alert]')
    .filter({ hasText: 'New mail is found by your search "Pallets".' });
  await line.first().waitFor();
  await line.first().getByText('Held up').waitFor();
  await page.goto(`${stage.service.url}/views`);
  await page.getByText(/· alerts Demo/i).waitFor();
  await page.context().close();
});

test('the next digest is seen before it is sent, and an empty one says that it is not', async () => {
  const { to } = await stage.client.get('/digests/mine');
  const page = await stage.reader('/changes');
  await page.getByRole('link', { name: 'Preview the digest' }).click();
  await page.waitForURL(/\/changes\/digest/);
  const path = `/changes/digest?to=${encodeURIComponent(to)}`;
  await page.goto(stage.service.url + path);
  const frame = page.frameLocator('iframe');
  await frame.getByText('New mail is found by your search "Border".').waitFor();
  await page.getByText('Digest: 1 change in 1 case').first().waitFor();
  await page.getByText('As text').click();
  await page.locator('pre').getByText('- New mail is found by your search "Border".').waitFor();
  const other = (await stage.client.get('/digests')).find((one) => one.changes === 0);
  assert.ok(other, 'in the demo everybody has something in their digest');
  await page.getByRole('combobox', { name: 'Whose digest' }).fill(other.to);
  await page.getByRole('option', { name: other.to }).click();
  await page.getByText('This digest would not be sent.').waitFor();
  await page.context().close();
  await looksRight(path, 'digest', (shown) => shown.getByText('Digest: 1 change in 1 case'));
  const empty = `/changes/digest?to=${encodeURIComponent(other.to)}`;
  await looksRight(empty, 'digest-empty', (shown) => shown.getByText('would not be sent'));
});

test('who is to take a case is told, and the reports count how long it takes', async () => {
  const record = await stage.client.findCase(({ handoff, level }) => !handoff && level !== 'none');
  const offer = { to: 'priya.nair@support.tidewater.example', note: 'Their audit is on Friday' };
  await stage.client.post(`/cases/${record.id}/handoff`, offer);
  const page = await stage.reader(`/cases/${record.id}`);
  await page.getByText(/^If nobody takes it/).waitFor();
  await stage.picture(page, 'handed-over');
  await page.goto(`${stage.service.url}/alerts`);
  const line = page.locator('[data-alert]').filter({ hasText: 'hands this case over' });
  await line
    .first()
    .getByText(/Their audit is on Friday/)
    .waitFor();
  await stage.picture(page, 'alerts-handed');
  await page.context().close();
  const taker = { name: `taker${Date.now()}`, password: 'four unrelated words' };
  await stage.client.post('/users', { ...taker, role: 'agent' });
  const other = await stage.another(taker);
  await other.post(`/cases/${record.id}/handoff/accept`);
  const { timeline, handoff } = await stage.client.get(`/cases/${record.id}`);
  assert.ok(handoff.accepted_after >= 0);
  assert.ok(timeline.some((item) => /^took the case over after /.test(item.text ?? '')));
  await looksRight('/reports', 'reports-handoffs', (shown) => shown.getByText('Until taken over'));
});
