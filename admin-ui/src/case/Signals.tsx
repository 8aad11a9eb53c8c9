import type { CaseRecord, Signal as SignalRecord } from '../api/types';
import { useMay } from '../frame/reader';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import type { Passage } from '../source/passage';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Record.module.css';
import { JudgedBy, judgedNow, SignalActs } from './SignalActs';

type SignalProps = { signal: SignalRecord; caseId: string; passage: Passage };

function Signal({ signal, caseId, passage }: SignalProps) {
  const words = useWords();
  const inputs = Object.entries(signal.inputs);
  const mayJudge = useMay('agent');
  const judged = judgedNow(signal);
  const still = judged?.act === 'disagree' || judged?.act === 'snooze';
  return (
    <li className={classes.signal} data-still={still || undefined}>
      <div className={classes.signalHead}>
        <strong>{words.served(signal.title)}</strong>
        <span
          className={classes.dim}
          title={`${words.record.weight(signal.weight)} · ${signal.rules}`}
        >
          {signal.weight > 0 ? `+${signal.weight}` : signal.weight}
          {mayJudge && signal.cleared_at == null && <SignalActs signal={signal} caseId={caseId} />}
        </span>
      </div>
      <JudgedBy signal={signal} />
      {signal.evidence.map((quote) => (
        <EvidenceQuote
          key={`${quote.message}${quote.part}${quote.start}`}
          quote={quote}
          caseId={caseId}
          current={quote.message === passage.message && quote.start === passage.start}
        />
      ))}
      {signal.evidence.length === 0 && (
        <div className={classes.dim}>
          {words.record.since} <Moment at={signal.at} />
        </div>
      )}
      {inputs.length > 0 && (
        <details className={classes.inputs}>
          <summary>{words.record.inputs}</summary>
          <dl>
            {inputs.map(([name, value]) => (
              <div key={name}>
                <dt>{name.replaceAll('_', ' ')}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  );
}

/** The signals of a case that hold, and below, folded, those that held. */
export function Signals({ record, passage }: { record: CaseRecord; passage: Passage }) {
  const words = useWords();
  const holding = record.signals.filter((one) => one.cleared_at == null);
  const cleared = record.signals.filter((one) => one.cleared_at != null);
  const list = (signals: SignalRecord[]) => (
    <ul className={classes.list}>
      {signals.map((signal) => (
        <Signal
          key={`${signal.signal}${signal.at}`}
          signal={signal}
          caseId={record.id}
          passage={passage}
        />
      ))}
    </ul>
  );
  return (
    <>
      <h3>{words.record.signals}</h3>
      {record.signals.length === 0 && <p className={classes.dim}>{words.record.noSignals}</p>}
      {list(holding)}
      {cleared.length > 0 && (
        <details className={classes.cleared}>
          <summary>{words.record.cleared(cleared.length)}</summary>
          {list(cleared)}
        </details>
      )}
    </>
  );
}
