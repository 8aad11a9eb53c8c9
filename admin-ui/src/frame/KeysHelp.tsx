import { Kbd } from '@mantine/core';
import { Dialog } from '../parts/Dialog';
import { useWords } from '../words';
import classes from './KeysHelp.module.css';

/** Every key and what it does. */
export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { keys } = useWords();
  const groups: [string, [string, string][]][] = [
    [
      keys.anywhere,
      [
        ['/', keys.search],
        ['g q', keys.goQueue],
        ['g p', keys.goPromises],
        ['g l', keys.goAlerts],
        ['g c', keys.goChanges],
        ['g a', keys.goAccounts],
        ['g o', keys.goSources],
        ['g r', keys.goRules],
        ['Ctrl+K', keys.palette],
        ['?', keys.help],
      ],
    ],
    [
      keys.inQueue,
      [
        ['j', keys.next],
        ['k', keys.previous],
        ['Enter', keys.open],
        ['r', keys.reasons],
        ['x', keys.choose],
        ['a', keys.assign],
        ['e', keys.acknowledge],
        ['s', keys.snooze],
        ['z', keys.undo],
      ],
    ],
    [
      keys.inCase,
      [
        ['j', keys.next],
        ['k', keys.previous],
        ['n', keys.note],
        ['o', keys.owner],
        ['s', keys.severity],
        ['u', keys.back],
      ],
    ],
  ];
  return (
    <Dialog opened={opened} onClose={onClose} title={keys.title} size="lg">
      <div className={classes.groups}>
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3 className={classes.title}>{title}</h3>
            <dl className={classes.rows}>
              {rows.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((one, i) => (
                      <span key={one}>
                        {i > 0 && <span className={classes.then}> {keys.andThen} </span>}
                        <Kbd>{one}</Kbd>
                      </span>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
