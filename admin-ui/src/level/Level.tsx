import { useWords } from '../words';
import classes from './Level.module.css';

/** How grave a level is, 1 the gravest, 4 the least, 0 none: decides hue and shape. */
export type Grade = 0 | 1 | 2 | 3 | 4;

/** The grade of a level by the number in its name (`S2`, `P1`), else by its rank (0 to 100). */
export function gradeOf(level: string, rank?: number): Grade {
  if (level === 'none' || level === '') return 0;
  const digit = /^\p{L}{1,3}\s?(\d)$/u.exec(level)?.[1];
  if (digit !== undefined) return Math.min(4, Math.max(1, Number(digit))) as Grade;
  if (rank === undefined) return 3;
  return rank >= 75 ? 1 : rank >= 50 ? 2 : rank >= 25 ? 3 : 4;
}

const SHAPES: Record<Grade, string> = {
  0: '',
  1: 'M1 1h10v10H1z',
  2: 'M6 .8 11.6 11H.4z',
  3: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z',
  4: 'M6 1.900a4.1 4.1 0 1 0 0 8.2 4.1 4.1 0 0 0 0-8.200z',
};

type Props = { level: string; rank?: number; spelled?: boolean };

/** A severity as hue, shape and word. */
export function Level({ level, rank, spelled }: Props) {
  const words = useWords();
  const grade = gradeOf(level, rank);
  if (grade === 0) {
    return (
      <span className={classes.none} title={words.level.none}>
        <span aria-hidden="true">{spelled ? words.level.noneShort : '–'}</span>
        <span className="visually-hidden">{words.level.none}</span>
      </span>
    );
  }
  return (
    <span className={classes.level} data-grade={grade} title={words.level.severity(level)}>
      <svg viewBox="0 0 12 12" className={classes.shape} aria-hidden="true">
        <path
          d={SHAPES[grade]}
          fill={grade === 4 ? 'none' : 'currentColor'}
          stroke="currentColor"
          strokeWidth={grade === 4 ? 1.8 : 0}
        />
      </svg>
      {level}
    </span>
  );
}
