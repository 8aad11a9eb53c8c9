import { ActionIcon, Button, Menu } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconArrowMerge, IconDots, IconFlagExclamation, IconScissors } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { CaseRecord } from '../api/types';
import { useMay } from '../frame/reader';
import { Clock } from '../time/Moment';
import { useWords } from '../words';
import { AlsoViewing } from './AlsoViewing';
import classes from './CaseHead.module.css';
import { OwnerField, SeverityField, StateField } from './FieldForms';
import { MergeDialog } from './MergeDialog';
import { MissedDialog } from './MissedDialog';
import { MoveDialog } from './MoveDialog';

export type OpenForm = 'owner' | 'severity' | 'state' | undefined;

type Props = { record: CaseRecord; form: OpenForm; onForm: (form: OpenForm) => void };

/** Severity, account and title of a case, its owner, and what can be done with it. */
export function CaseHead({ record, form, onForm }: Props) {
  const words = useWords();
  const mayMove = useMay('manager');
  const mayLabel = useMay('agent');
  const [missing, miss] = useDisclosure(false);
  const [moving, move] = useDisclosure(false);
  const [merging, merge] = useDisclosure(false);
  useDocumentTitle(`${record.account.name}: ${record.title} · Watchkeeper`);
  return (
    <header className={classes.head}>
      <SeverityField
        record={record}
        opened={form === 'severity'}
        onOpened={(opened) => onForm(opened ? 'severity' : undefined)}
      />
      <h1 className={classes.title}>
        {record.account.id ? (
          <Link to="/accounts/$account" params={{ account: record.account.id }}>
            {record.account.name}
          </Link>
        ) : (
          <span>{record.account.name}</span>
        )}
        <span className={classes.dot}> · </span>
        {record.title}
      </h1>
      <div className={classes.side}>
        <AlsoViewing caseId={record.id} />
        {record.reply_due && <Clock due={record.reply_due} />}
        <OwnerField
          record={record}
          opened={form === 'owner'}
          onOpened={(opened) => onForm(opened ? 'owner' : undefined)}
        />
        <StateField
          record={record}
          opened={form === 'state'}
          onOpened={(opened) => onForm(opened ? 'state' : undefined)}
        />
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/cases/$case/brief" params={{ case: record.id }} {...props} />
          )}
        >
          {words.handoff.title}
        </Button>
        {mayLabel && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={28} aria-label={words.acts.more}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {mayMove && (
                <>
                  <Menu.Item leftSection={<IconScissors size={16} />} onClick={move.open}>
                    {words.acts.split}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={merge.open}>
                    {words.acts.merge}
                  </Menu.Item>
                </>
              )}
              <Menu.Item leftSection={<IconFlagExclamation size={16} />} onClick={miss.open}>
                {words.missed.title}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {moving && <MoveDialog record={record} onClose={move.close} />}
      {missing && <MissedDialog record={record} onClose={miss.close} />}
      {merging && <MergeDialog record={record} onClose={merge.close} />}
    </header>
  );
}
