/** What the form of a signal asks for. */
export type SignalForm = {
  name: string;
  title: string;
  who: 'customer' | 'us' | 'anybody';
  looks: 'words' | 'time' | 'many';
  phrases: string;
  hours: number;
  turns: number;
  owed: boolean;
  somebodyNew: boolean;
  renewal: boolean;
  tier: string;
  weight: number;
};

export const NAME = /^[a-z][a-z0-9_]*$/;

const WHO = {
  customer: '!msg.from_customer || msg.automatic',
  us: '!msg.from_us || msg.automatic',
  anybody: 'msg.automatic',
};

const number = (n: number) => (Number.isInteger(n) ? `${n}.0` : String(n));

/** The conditions that are ticked, each as an expression that must hold. */
function conditions(form: SignalForm, msg: string): string[] {
  return [
    form.owed && `record.reply_owed(${msg})`,
    form.somebodyNew && `!${msg}.new_people.is_empty()`,
    form.renewal && 'record.account.renews_within(90)',
    form.tier !== '' && `record.account.tier == ${JSON.stringify(form.tier)}`,
  ].filter((one): one is string => one !== false);
}

/** The file of the signal, as somebody would write it by hand. */
export function scriptOf(form: SignalForm): string {
  const title = form.name.replaceAll('_', ' ');
  const head = `//! ${title.charAt(0).toUpperCase()}${title.slice(1)}: ${form.title.trim().replaceAll('\n', ' ')}`;
  const weight = `const WEIGHT = ${form.weight};`;
  const guards = (msg: string) =>
    conditions(form, msg).map((one) => `    if !(${one}) { return; }`);
  if (form.looks === 'time') {
    return [
      head,
      '',
      weight,
      `const HOURS = ${number(form.hours)};`,
      '',
      'fn on_message(record, msg) {',
      '    let waits = record.oldest_unanswered;',
      '    if waits == () { clear(); return; }',
      '    wake("waited", record.after_working_hours(waits.at, HOURS));',
      '}',
      '',
      'fn on_timer(record, name) {',
      '    let waits = record.oldest_unanswered;',
      '    if waits == () || record.working_hours(waits.at, record.at) < HOURS { return; }',
      ...guards('waits'),
      '    raise(waits);',
      '}',
      '',
    ].join('\n');
  }
  const found =
    form.looks === 'words'
      ? [
          `    let found = msg.new_text.find("${form.name}");`,
          '    if found != () { raise(found); }',
        ]
      : [
          '    let waiting = record.unanswered(msg);',
          '    if waiting.len >= TURNS { raise(msg, #{ turns: waiting.len }); }',
        ];
  return [
    head,
    '',
    weight,
    ...(form.looks === 'many' ? [`const TURNS = ${form.turns};`] : []),
    '',
    'fn on_message(record, msg) {',
    `    if ${WHO[form.who]} { return; }`,
    ...guards('msg'),
    ...found,
    '}',
    '',
  ].join('\n');
}

/** The word list of the phrases; nothing where none is looked for. */
export function wordsOf(form: SignalForm): string | undefined {
  if (form.looks !== 'words') return undefined;
  const lines = form.phrases
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return `${[`# ${form.title.trim().replaceAll('\n', ' ')}`, ...lines].join('\n')}\n`;
}

/** Every file that the form writes, by path. */
export function filesOf(form: SignalForm): { path: string; text: string }[] {
  const words = wordsOf(form);
  return [
    { path: `signals/${form.name}.rhai`, text: scriptOf(form) },
    ...(words === undefined ? [] : [{ path: `words/en/${form.name}.txt`, text: words }]),
  ];
}
