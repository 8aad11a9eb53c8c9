// The first source: from the one-time code to the first mail of a real mailbox, in the page alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDovecot } from '../harness/dovecot.mjs';
import { seriousFaults, settled, tooWide } from '../harness/looks.mjs';
import { openStage, PHONE } from '../harness/page.mjs';
import { startEmpty } from '../harness/service.mjs';

const SUBJECT = 'The storefront is down';
const LETTER = [
  'From: Jane Doe <jane@customer.example>',
  'To: support@ours.example',
  'Date: Mon, 2 Mar 2026 10:00:00 +0100',
  'Message-ID: <down@customer.example>',
  `Subject: ${SUBJECT}`,
  '',
  'The storefront is down since noon. Nobody can order anything.',
  '',
].join('\r\n');
const PERSON = { name: 'olga', password: 'four unrelated words' };
const MOST = 120_000;

let stage;
let dovecot;
before(async () => {
  dovecot = await startDovecot([LETTER]);
  stage = await openStage(await startEmpty());
});
after(async () => {
  await dovecot?.stop();
  if (!stage) return;
  await stage.close();
  assert.deepEqual(stage.faults, [], 'errors of scripts, refused content or requests elsewhere');
});

/** Every step is legible to everybody, and fits a telephone. */
async function looksRight(page, name) {
  await settled(page);
  assert.deepEqual(await seriousFaults(page), [], name);
  assert.ok((await tooWide(page)) <= 0, `${name} is wider than its window`);
  await stage.picture(page, name);
}

const next = (page, label = 'Continue') =>
  page.getByRole('button', { name: label, exact: true }).click();

test('from the one-time code to the first mail of a mailbox in under two minutes', async (t) => {
  const begun = Date.now();
  const page = await stage.stranger();
  await page.goto(stage.service.url);
  await page.getByLabel('One-time code').fill(stage.service.code);
  await page.getByLabel('Name').fill(PERSON.name);
  await page.getByRole('textbox', { name: 'Choose a password' }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  Object.assign(stage.service, PERSON);
  await page.getByText('watchkeeper demo').waitFor();
  await page.getByRole('link', { name: 'Add a source' }).click();

  await page.getByRole('radio', { name: 'Mailbox' }).waitFor();
  await looksRight(page, 'define-kind');
  await next(page);
  await page.getByLabel('Server').fill('127.0.0.1');
  await page.getByText('none (this machine only)').click();
  await page.getByLabel('Port').fill(String(dovecot.port));
  await looksRight(page, 'define-where');
  await next(page);
  await page.getByLabel('User').fill(dovecot.user);
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await looksRight(page, 'define-who');
  await next(page);
  await next(page, 'Test the connection');
  const failure = page.getByRole('alert').filter({ hasText: 'It does not work yet' });
  await failure.getByText(/check the user and the password/).waitFor();
  await looksRight(page, 'define-failed');
  await next(page, 'Back');
  await page.getByRole('textbox', { name: 'Password' }).fill(dovecot.password);
  await next(page);
  await next(page, 'Test the connection');
  await page.getByText(/^It works/).waitFor();
  await page.getByText(SUBJECT).waitFor();
  await page.getByRole('checkbox', { name: 'INBOX (1)' }).waitFor();
  await looksRight(page, 'define-tested');
  await next(page);
  await looksRight(page, 'define-save');
  await next(page, 'Save and watch');
  await page.waitForURL(/\/sources$/);
  const ledger = page.getByRole('region', { name: /support on 127\.0\.0\.1/ });
  await ledger.getByRole('cell', { name: 'INBOX' }).waitFor();
  const took = Date.now() - begun;
  assert.ok(took < MOST, `it took ${took} ms`);
  t.diagnostic(`from the code to the ledger of the mailbox: ${(took / 1000).toFixed(1)} s`);
  await looksRight(page, 'define-watched');
  await page
    .getByRole('navigation')
    .getByRole('link', { name: /^All cases/ })
    .click();
  await page.getByRole('link', { name: SUBJECT }).first().waitFor();
  await page.context().close();
});

test('the form is finished by the keyboard, on a telephone, in German', async () => {
  const page = await stage.reader('/sources/new', {
    viewport: PHONE,
    scheme: 'dark',
    locale: 'de-DE',
  });
  const kind = page.getByRole('radio', { name: 'Webseite' });
  await kind.waitFor();
  await page.getByRole('radio', { name: 'Postfach' }).focus();
  for (let at = 0; at < 3; at += 1) await page.keyboard.press('ArrowDown');
  assert.ok(await kind.isChecked());
  await looksRight(page, 'define-kind-phone');
  await page.keyboard.press('Enter');
  const address = page.getByLabel('Adresse', { exact: true });
  await address.waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
  await page.keyboard.type('http://127.0.0.1:9/status');
  await looksRight(page, 'define-where-phone');
  await page.keyboard.press('Enter');
  await page.getByLabel('Konto, von dem sie erzählt').waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
  await page.keyboard.press('Enter');
  await page.getByText('Verbindet wie später').waitFor();
  await page.getByRole('button', { name: 'Verbindung prüfen' }).click();
  await page.getByRole('alert').filter({ hasText: 'allow_private' }).waitFor();
  await looksRight(page, 'define-failed-phone');
  await page.context().close();
});

test('of two who change a source the second is told, and what is taken out leaves its mail', async () => {
  const [first, second] = [await stage.reader('/sources'), await stage.reader('/sources')];
  for (const page of [first, second]) {
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    await page.getByLabel('Server').waitFor();
    await next(page);
    await next(page);
    await next(page, 'Test the connection');
    await page.getByText(/^It works/).waitFor();
    await page.getByRole('checkbox', { name: /^Sent/ }).click();
    await next(page);
  }
  await next(first, 'Save and watch');
  await first.waitForURL(/\/sources$/);
  await next(second, 'Save and watch');
  await second.getByText('Nothing was overwritten.').waitFor();
  await looksRight(second, 'define-changed');
  await second.getByRole('button', { name: 'Read it again' }).click();
  await second.getByLabel('Server').waitFor();

  await first.getByRole('button', { name: 'Take out' }).click();
  const dialog = first.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Take out' }).click();
  await dialog.waitFor({ state: 'detached' });
  const ledger = first.getByRole('region', { name: /support on 127\.0\.0\.1/ });
  await ledger.getByRole('cell', { name: 'INBOX' }).waitFor();
  await ledger.getByRole('link', { name: 'Change' }).waitFor({ state: 'detached' });
  await first.context().close();
  await second.context().close();
});
