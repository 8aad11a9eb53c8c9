import { Button, Slider } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { CaseRecord } from '../api/types';
import { useNow } from '../time/now';
import { momentWords } from '../time/spoken';
import { useLanguage } from '../words';
import classes from './TimeTravel.module.css';

type Props = {
  /** The case as it is now: its instants are the stops of the slider. */
  present: CaseRecord;
  at: string | undefined;
  onAt: (at: string | undefined) => void;
};

/** Goes back in the time of a case, from one thing that happened to another. */
export function TimeTravel({ present, at, onAt }: Props) {
  const { words, language } = useLanguage();
  const w = words.travel;
  const now = useNow();
  const stops = useMemo(
    () => [...new Set(present.timeline.map((item) => item.at))].sort(),
    [present.timeline],
  );
  const most = stops.length;
  const here =
    at === undefined
      ? most
      : Math.max(
          0,
          stops.findLastIndex((stop) => stop <= at),
        );
  const [shown, setShown] = useState(here);
  useEffect(() => setShown(here), [here]);
  if (most < 2) return null;
  const said = (index: number) => {
    const stop = stops[index];
    return stop === undefined ? w.now : momentWords(stop, now, language);
  };
  return (
    <div className={classes.bar}>
      <span className={classes.label} id="time-travel">
        {w.title}
      </span>
      <Slider
        className={classes.slider}
        size="sm"
        min={0}
        max={most}
        step={1}
        value={shown}
        label={said}
        thumbLabel={w.title}
        onChange={setShown}
        onChangeEnd={(index) => onAt(stops[index])}
      />
      <span className={classes.at}>{said(shown)}</span>
      {at !== undefined && (
        <Button variant="subtle" onClick={() => onAt(undefined)}>
          {w.back}
        </Button>
      )}
    </div>
  );
}
