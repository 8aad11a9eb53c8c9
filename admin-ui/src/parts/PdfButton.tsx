import { Button } from '@mantine/core';
import { IconFileTypePdf } from '@tabler/icons-react';
import { useLanguage } from '../words';

type Props = { path: string; query?: Record<string, string | undefined> };

/** Fetches a document as the service prints it: in the page's language and the reader's zone. */
export function PdfButton({ path, query = {} }: Props) {
  const { language } = useLanguage();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asked = new URLSearchParams({ lang: language === 'de' ? 'de' : 'en' });
  if (zone) asked.set('zone', zone);
  for (const [name, value] of Object.entries(query)) if (value) asked.set(name, value);
  return (
    <Button
      component="a"
      variant="default"
      href={`${path}?${asked}`}
      download
      leftSection={<IconFileTypePdf size={14} aria-hidden="true" />}
    >
      PDF
    </Button>
  );
}
