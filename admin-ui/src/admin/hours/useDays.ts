import { useMemo } from 'react';
import { useLanguage } from '../../words';

/** The days of the week in the reader's language, from Monday on. */
export function useDays(): string[] {
  const { language } = useLanguage();
  return useMemo(
    () =>
      // 5 January 2026 was a Monday.
      Array.from({ length: 7 }, (_, at) =>
        new Date(Date.UTC(2026, 0, 5 + at)).toLocaleDateString(language, {
          weekday: 'long',
          timeZone: 'UTC',
        }),
      ),
    [language],
  );
}
