import { expect, test } from 'vitest';
import { filesOf, type SignalForm, scriptOf } from './form';

const form: SignalForm = {
  name: 'refund_request',
  title: 'the customer asks for money back.',
  who: 'customer',
  looks: 'words',
  phrases: '(refund|money back)\n\n  give us credit ',
  hours: 8,
  turns: 3,
  owed: true,
  somebodyNew: false,
  renewal: false,
  tier: 'enterprise',
  weight: 12,
};

test('a form of words becomes a script and the list that it looks in', () => {
  expect(filesOf(form)).toEqual([
    {
      path: 'signals/refund_request.rhai',
      text: [
        '//! Refund request: the customer asks for money back.',
        '',
        'const WEIGHT = 12;',
        '',
        'fn on_message(record, msg) {',
        '    if !msg.from_customer || msg.automatic { return; }',
        '    if !(record.reply_owed(msg)) { return; }',
        '    if !(record.account.tier == "enterprise") { return; }',
        '    let found = msg.new_text.find("refund_request");',
        '    if found != () { raise(found); }',
        '}',
        '',
      ].join('\n'),
    },
    {
      path: 'words/en/refund_request.txt',
      text: '# the customer asks for money back.\n(refund|money back)\ngive us credit\n',
    },
  ]);
});

test('a form of time asks to be woken, and looks again once woken', () => {
  const script = scriptOf({ ...form, looks: 'time', owed: false, tier: '' });
  expect(script).toContain('const HOURS = 8.0;');
  expect(script).toContain('wake("waited", record.after_working_hours(waits.at, HOURS));');
  expect(script).toContain('working_hours(waits.at, record.at) < HOURS { return; }');
});
