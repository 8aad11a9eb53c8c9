import { UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import type { RuleFault } from './calls';
import classes from './Rules.module.css';
import { FaultLine } from './RulesFrame';
import { useRuleWords } from './words';

const MOST = 5;

/** What is wrong with the draft, below the editor; a click goes there. */
export function ProblemsBar({
  errors,
  onOpen,
}: {
  errors: readonly RuleFault[];
  onOpen: (fault: RuleFault) => void;
}) {
  const w = useRuleWords();
  return (
    <div className={classes.problems} role="status" aria-label={w.problems}>
      {errors.length === 0 && (
        <span className={classes.sound}>
          <IconCheck size={14} aria-hidden="true" /> {w.sound}
        </span>
      )}
      {errors.slice(0, MOST).map((fault) => (
        <UnstyledButton
          key={`${fault.file}${fault.line}${fault.column}${fault.message}`}
          className={classes.problem}
          onClick={() => onOpen(fault)}
        >
          <IconAlertCircle size={14} aria-hidden="true" />
          <span>
            <FaultLine fault={fault} />
          </span>
        </UnstyledButton>
      ))}
      {errors.length > MOST && (
        <span className={classes.dim}>{w.andMore(errors.length - MOST)}</span>
      )}
    </div>
  );
}
