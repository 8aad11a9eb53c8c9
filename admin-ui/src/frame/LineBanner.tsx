import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { reconnect, useLine } from '../api/live';
import { momentWords } from '../time/spoken';
import { useLanguage } from '../words';
import classes from './Frame.module.css';

/** Says that the line to the service is down, since when, and tries again on demand. */
export function LineBanner() {
  const line = useLine();
  const { words, language } = useLanguage();
  const since = line.lostAt ? new Date(line.lostAt).toISOString() : undefined;
  return (
    <div role="status">
      {since && (
        <div className={classes.banner}>
          <IconPlugConnectedX size={16} aria-hidden="true" />
          <span>{words.frame.lost(momentWords(since, Date.now(), language))}</span>
          <Button variant="default" size="compact-xs" onClick={reconnect}>
            {words.frame.retryNow}
          </Button>
        </div>
      )}
    </div>
  );
}
