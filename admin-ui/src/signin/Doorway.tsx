import type { ReactNode } from 'react';
import { Brand } from '../frame/Brand';
import { useWords } from '../words';
import classes from './Doorway.module.css';

type Props = { title: string; onSubmit: () => void; children: ReactNode };

/** The one form before the frame. */
export function Doorway({ title, onSubmit, children }: Props) {
  const words = useWords();
  return (
    <main className={classes.door}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <div className={classes.brand}>
          <Brand size={28} />
          Watchkeeper
        </div>
        <h1>{title}</h1>
        {children}
        <p className={classes.note}>{words.signIn.noRequest}</p>
      </form>
    </main>
  );
}
