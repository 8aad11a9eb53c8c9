import { expect, test } from 'vitest';
import { de } from './de';
import { en } from './en';

test('shipped sentences of the service are German for a German reader, others stay', () => {
  expect(de.served('Overdue response')).toBe('Antwort überfällig');
  expect(de.served('Our own queue')).toBe('Our own queue');
  expect(de.served('moved 2 message(s) here: another matter')).toBe(
    '2 Nachrichten hierher verschoben: another matter',
  );
  expect(en.served('moved 1 message(s) here: another matter')).toBe(
    'moved 1 message here: another matter',
  );
});

test('who hands over, to whom and instead of whom is German for a German reader', () => {
  expect(de.served('handed over to lou@b.example instead of kim@b.example: audit: Friday')).toBe(
    'an lou@b.example statt an kim@b.example übergeben: audit: Friday',
  );
  expect(de.served('took the case over after 1 d 3 h')).toBe('übernahm den Fall nach 1 T 3 h');
  expect(de.served('kim hands this case over to lou: now')).toBe(
    'kim übergibt diesen Fall an lou: now',
  );
  expect(de.served('lou has not taken this case over, which kim handed over.')).toBe(
    'lou hat diesen Fall noch nicht übernommen, den kim übergab.',
  );
});

test('what a watched source says of itself is German for a German reader', () => {
  expect(de.served('taking in INBOX: 256 of 20000 messages')).toBe(
    'nimmt INBOX auf: 256 von 20000 Nachrichten',
  );
  expect(de.served('looking every 5 min at 12 files; 1 are still written to')).toBe(
    'sieht alle 5 min nach 12 Dateien; an 1 wird noch geschrieben',
  );
  expect(de.served('looking every 60 s; at the last look: as it was')).toBe(
    'sieht alle 60 s nach; beim letzten Mal: wie sie war',
  );
  expect(
    de.served('the certificate of imap.example:993 ends on 2026-03-20; it has to be renewed there'),
  ).toBe('das Zertifikat von imap.example:993 gilt bis 2026-03-20; es muss dort erneuert werden');
});
