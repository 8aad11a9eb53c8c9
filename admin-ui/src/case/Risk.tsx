import type { CaseRecord } from '../api/types';
import { useNow } from '../time/now';
import { useWords } from '../words';
import classes from './Record.module.css';

const DAY = 86_400_000;
/** The bars: one for two days, over two weeks. */
const BARS = 8;
const EACH = 2 * DAY;
/** A week's difference that is worth a word. */
const TELLING = 5;

type Step = CaseRecord['risk'][number];

/** The score that held at an instant. */
export function scoreAt(steps: readonly Step[], at: number): number {
  let score = 0;
  for (const step of steps) {
    if (Date.parse(step.at) > at) break;
    score = step.score;
  }
  return score;
}

/** How the attention that a case needs went over two weeks, and where it goes. */
export function Risk({ record }: { record: CaseRecord }) {
  const words = useWords();
  const now = useNow();
  const before = scoreAt(record.risk, now - 7 * DAY);
  const change = record.attention - before;
  const trend = change >= TELLING ? 'rising' : change <= -TELLING ? 'falling' : 'steady';
  const bars = Array.from({ length: BARS }, (_, index) => {
    const back = BARS - 1 - index;
    return { back, score: back === 0 ? record.attention : scoreAt(record.risk, now - back * EACH) };
  });
  return (
    <span className={classes.risk} title={words.record.riskHelp(record.attention, before)}>
      <svg viewBox={`0 0 ${BARS * 6} 16`} width={BARS * 6} height={16} aria-hidden="true">
        {bars.map(({ back, score }, index) => {
          const height = Math.max(1.5, (Math.min(100, score) / 100) * 16);
          return (
            <rect key={back} x={index * 6} y={16 - height} width={4.5} height={height} rx={0.8} />
          );
        })}
      </svg>
      {record.attention} <span className={classes.dim}>{words.record[trend]}</span>
    </span>
  );
}
