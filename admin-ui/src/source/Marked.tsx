import { type Mark, pieces } from '../text/marks';
import classes from './Marked.module.css';

type Props = { text: string; marks: readonly Mark[]; from?: number; to?: number };

/** Text with its passages marked: the one meant strongly, others lightly. */
export function Marked({ text, marks, from, to }: Props) {
  return pieces(text, marks, from, to).map((piece) =>
    piece.strength === 0 ? (
      piece.text
    ) : (
      <mark
        key={piece.start}
        className={piece.strength === 2 ? classes.meant : classes.light}
        data-meant={piece.strength === 2 || undefined}
        title={piece.label || undefined}
      >
        {piece.text}
      </mark>
    ),
  );
}
