/** The operators that the search knows, each with an example of its value. */
export const OPERATORS: readonly (readonly [string, string])[] = [
  ['from:', 'anna'],
  ['to:', 'support'],
  ['account:', 'northwind'],
  ['subject:', 'invoice'],
  ['before:', '2026-01-31'],
  ['after:', '7d'],
  ['has:', 'attachment'],
  ['file:', 'report.pdf'],
  ['signal:', 'repeated_follow_up'],
  ['severity:', 'S2'],
  ['owner:', 'anna'],
  ['team:', 'support'],
  ['kind:', 'note'],
];
