import { Alert, Button, Radio, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../../api/problem';
import { queryClient } from '../../api/queries';
import { useTelling } from '../../case/acts';
import { Boxes } from './Boxes';
import { type DefinedSource, definitionCalls } from './calls';
import classes from './Define.module.css';
import { complete, FIELDS } from './fields';
import { draftOf, EMPTY, type Form, formOf, type Kind, NAME, nameFor } from './form';
import { Failed, Result } from './Result';
import { useDefineWords } from './words';

const [KIND, WHERE, WHO, TEST, SAVE] = [0, 1, 2, 3, 4];

type Props = { defined?: DefinedSource; readAgain?: () => void };

/** The steps that define a source. What is filled in is tested before it is saved. */
export function DefineForm({ defined, readAgain }: Props) {
  const w = useDefineWords();
  const navigate = useNavigate();
  const { done, failed } = useTelling();
  const [form, setForm] = useState<Form>(defined ? formOf(defined) : EMPTY);
  const [step, setStep] = useState(defined ? WHERE : KIND);
  const [anyway, setAnyway] = useState(false);
  const has = defined?.has ?? [];
  const test = useMutation({ mutationFn: () => definitionCalls.test(draftOf(form)) });
  const save = useMutation({
    mutationFn: () =>
      defined
        ? definitionCalls.change(defined.version, draftOf(form))
        : definitionCalls.add(draftOf(form)),
    onSuccess: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: ['sources'] });
      done(w.saved(saved.name));
      await navigate({ to: '/sources' });
    },
    onError: (error) => !isChanged(error) && failed(error),
  });
  const change = (next: Partial<Form>) => {
    setForm((now) => ({ ...now, ...next }));
    setAnyway(false);
    // Which folders are watched does not change whether it works.
    if (Object.keys(next).some((key) => key !== 'folders')) test.reset();
  };
  const badName = form.name !== '' && !NAME.test(form.name);
  const fits = [
    true,
    complete(FIELDS[form.kind].where, form, has) && !badName,
    complete(FIELDS[form.kind].who, form, has),
    test.isSuccess || anyway,
  ];
  const reach = fits.indexOf(false) === -1 ? SAVE : fits.indexOf(false);
  const body = useRef<HTMLDivElement>(null);
  const from = useRef(step);
  useEffect(() => {
    if (from.current === step) return;
    from.current = step;
    body.current?.querySelector<HTMLElement>('input, textarea, button')?.focus();
  }, [step]);
  const forward = () => {
    if (step === TEST && !test.isSuccess && !anyway) test.mutate();
    else if (step === SAVE) save.mutate();
    else if (fits[step]) setStep(step + 1);
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        forward();
      }}
    >
      <Steps step={step} reach={reach} fixed={defined !== undefined} go={setStep} />
      <div className={classes.fields} ref={body}>
        {step === KIND && <Kinds kind={form.kind} choose={(kind) => change({ kind })} />}
        {step === WHERE && (
          <>
            <Boxes fields={FIELDS[form.kind].where} form={form} has={has} set={change} />
            <TextInput
              label={w.name}
              description={w.nameHelp}
              disabled={defined !== undefined}
              placeholder={nameFor(form)}
              value={form.name}
              error={badName && w.nameBad}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
          </>
        )}
        {step === WHO && (
          <Boxes fields={FIELDS[form.kind].who} form={form} has={has} set={change} />
        )}
        {step === TEST && (
          <>
            <p className={classes.dim}>{w.testHelp}</p>
            {test.error && (
              <Failed
                error={test.error}
                onAnyway={() => {
                  setAnyway(true);
                  setStep(SAVE);
                }}
              />
            )}
            {test.data && <Result found={test.data} form={form} set={change} />}
          </>
        )}
        {step === SAVE && <Summary form={form} place={test.data?.place} tested={test.isSuccess} />}
        {isChanged(save.error) && (
          <Alert color="red" variant="outline" role="alert" title={w.changedMeanwhile}>
            <Button variant="default" onClick={readAgain}>
              {w.readAgain}
            </Button>
          </Alert>
        )}
      </div>
      <div className={classes.bar}>
        {!(step === TEST && test.isError) && (
          <Button
            type="submit"
            size="sm"
            loading={test.isPending || save.isPending}
            disabled={step < TEST && !fits[step]}
          >
            {step === SAVE ? w.save : step === TEST && !test.isSuccess ? w.test : w.next}
          </Button>
        )}
        {step === TEST && (test.isSuccess || test.isError) && (
          <Button
            variant="default"
            size="sm"
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            {w.again}
          </Button>
        )}
        {step > (defined ? WHERE : KIND) && (
          <Button variant="default" size="sm" onClick={() => setStep(step - 1)}>
            {w.back}
          </Button>
        )}
        <Button variant="subtle" size="sm" onClick={() => navigate({ to: '/sources' })}>
          {w.cancel}
        </Button>
      </div>
    </form>
  );
}

const isChanged = (error: unknown) => error instanceof Problem && error.status === 412;

type StepsProps = { step: number; reach: number; fixed: boolean; go: (step: number) => void };

/** Where we are; steps that are reached can be gone to. */
function Steps({ step, reach, fixed, go }: StepsProps) {
  const w = useDefineWords();
  return (
    <nav aria-label={w.step(step + 1, w.steps.length)}>
      <ol className={classes.steps}>
        {w.steps.map((name, at) => (
          <li key={name}>
            {at === step || at > reach || (fixed && at === KIND) ? (
              <span className={classes.step} aria-current={at === step ? 'step' : undefined}>
                {at + 1} {name}
              </span>
            ) : (
              <button type="button" className={classes.step} onClick={() => go(at)}>
                {at + 1} {name}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Kinds({ kind, choose }: { kind: Kind; choose: (kind: Kind) => void }) {
  const w = useDefineWords();
  return (
    <Radio.Group
      value={kind}
      onChange={(next) => choose(next as Kind)}
      aria-label={w.steps[KIND] ?? ''}
    >
      <div className={classes.kinds}>
        {Object.entries(w.kinds).map(([value, [label, help]]) => (
          <Radio key={value} value={value} label={label} description={help} />
        ))}
      </div>
    </Radio.Group>
  );
}

type SummaryProps = { form: Form; place: string | undefined; tested: boolean };

/** What is about to be saved. */
function Summary({ form, place, tested }: SummaryProps) {
  const w = useDefineWords();
  const where = place ?? (form.host || form.url || form.path || form.listen);
  return (
    <>
      <dl className={classes.summary}>
        <dt>{w.name}</dt>
        <dd>{nameFor(form)}</dd>
        <dt>{w.steps[KIND]}</dt>
        <dd>{w.kinds[form.kind]?.[0]}</dd>
        <dt>{w.steps[WHERE]}</dt>
        <dd>{where}</dd>
        {form.folders.length > 0 && (
          <>
            <dt>{w.folders}</dt>
            <dd>{form.folders.join(', ')}</dd>
          </>
        )}
      </dl>
      <p className={classes.dim}>
        {!tested && `${w.untested} `}
        {w.saveHelp}
      </p>
    </>
  );
}
