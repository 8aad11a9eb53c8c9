import { Alert, Button, Group, Modal, TextInput } from '@mantine/core';
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, client } from '../api/client';
import { queryClient } from '../api/queries';
import type { components } from '../api/schema';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Trouble, useFailure } from '../parts/Trouble';
import { sizeWords } from '../text/names';
import { useLanguage } from '../words';
import classes from './Plugins.module.css';
import { usePluginWords } from './words';

type Plugin = components['schemas']['Plugin'];

const listed = () =>
  queryOptions({
    queryKey: ['plugins'],
    queryFn: () => answer(client.GET('/api/v1/plugins')),
  });

const named = (name: string) => ({ params: { path: { name } } });

/** What each plugin may do and does: grant, pin, switch, and what failed. */
export function PluginsPage() {
  const w = usePluginWords();
  const mayGrant = useMay('admin');
  const plugins = useQuery(listed());
  return (
    <>
      <PageHead title={w.title} />
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <p className={classes.help}>
            {w.help} {!mayGrant && w.adminOnly}
          </p>
          {plugins.error && <Trouble error={plugins.error} again={() => plugins.refetch()} />}
          {plugins.isPending && <Bars count={3} height={120} />}
          {plugins.data?.length === 0 && (
            <Empty title={w.none}>
              {w.noneHelp} <code>watchkeeper plugin install PATH</code>
            </Empty>
          )}
          {plugins.data?.map((plugin) => (
            <PluginCard key={plugin.name} plugin={plugin} mayGrant={mayGrant} />
          ))}
        </div>
      </div>
    </>
  );
}

function useAct(act: () => Promise<unknown>, said: string, after?: () => void) {
  const { done, failed } = useTelling();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      done(said);
      after?.();
    },
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['plugins'] }),
  });
}

function PluginCard({ plugin, mayGrant }: { plugin: Plugin; mayGrant: boolean }) {
  const w = usePluginWords();
  const { words, language } = useLanguage();
  const [asked, setAsked] = useState<'grant' | 'off' | undefined>(undefined);
  const revoke = useAct(
    () => answer(client.DELETE('/api/v1/plugins/{name}/grant', named(plugin.name))),
    w.revoked(plugin.title),
  );
  const switchOn = useAct(
    () =>
      answer(
        client.PUT('/api/v1/plugins/{name}/switch', { ...named(plugin.name), body: { on: true } }),
      ),
    w.switchedOn(plugin.title),
  );
  const granted = plugin.state === 'at_work' || plugin.state === 'disabled';
  return (
    <section className={classes.card} aria-label={plugin.title} data-state={plugin.state}>
      <div className={classes.head}>
        <h2>
          {plugin.title}{' '}
          <span className={classes.dim}>
            {plugin.name} {plugin.version} ·{' '}
            {plugin.author ? `${w.author} ${plugin.author}` : w.nobody}
          </span>
        </h2>
        <span className={classes.state} data-state={plugin.state}>
          {w.states[plugin.state]}
        </span>
      </div>
      {plugin.help && <p>{plugin.help}</p>}
      {plugin.reason && plugin.state !== 'at_work' && (
        <Alert color="orange" variant="outline" p="xs">
          {plugin.reason}
        </Alert>
      )}
      <dl className={classes.facts}>
        <div>
          <dt>{w.asks}</dt>
          <dd>
            <Capabilities plugin={plugin} />
          </dd>
        </div>
        <div>
          <dt>{w.hooks}</dt>
          <dd>{plugin.hooks.map((hook) => w.hookNames[hook] ?? hook).join(', ')}</dd>
        </div>
        {plugin.signals.length > 0 && (
          <div>
            <dt>{w.signals}</dt>
            <dd>{plugin.signals.join(', ')}</dd>
          </div>
        )}
        <div>
          <dt>{w.pinned}</dt>
          <dd className={classes.mono} title={plugin.hash}>
            {plugin.hash.slice(0, 16)}…{' '}
            <span className={classes.dim}>{sizeWords(plugin.size, language)}</span>
          </dd>
        </div>
        <div>
          <dt>{w.calls}</dt>
          <dd>
            {words.number(plugin.calls)} · {w.failures}{' '}
            <span className={plugin.failures > 0 ? classes.bad : undefined}>
              {words.number(plugin.failures)}
            </span>{' '}
            · {w.fuel} {words.number(plugin.most_fuel)}{' '}
            <span className={classes.dim}>{w.since}</span>
          </dd>
        </div>
        {plugin.last_failure && (
          <div>
            <dt>{w.lastFailure}</dt>
            <dd className={classes.mono}>{plugin.last_failure}</dd>
          </div>
        )}
      </dl>
      {mayGrant && plugin.state !== 'unusable' && (
        <Group gap="xs">
          {!granted && <Button onClick={() => setAsked('grant')}>{w.grant}</Button>}
          {plugin.state === 'at_work' && (
            <Button variant="default" onClick={() => setAsked('off')}>
              {w.off}
            </Button>
          )}
          {plugin.state === 'disabled' && (
            <Button
              variant="default"
              loading={switchOn.isPending}
              onClick={() => switchOn.mutate()}
            >
              {w.on}
            </Button>
          )}
          {granted && (
            <Button variant="subtle" loading={revoke.isPending} onClick={() => revoke.mutate()}>
              {w.revoke}
            </Button>
          )}
        </Group>
      )}
      {asked === 'grant' && <Grant plugin={plugin} onClose={() => setAsked(undefined)} />}
      {asked === 'off' && <SwitchOff plugin={plugin} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

function Capabilities({ plugin }: { plugin: Plugin }) {
  const w = usePluginWords();
  if (plugin.capabilities.length === 0) return <>{w.nothing}</>;
  return (
    <ul className={classes.capabilities}>
      {plugin.capabilities.map((one) => (
        <li key={one.name}>
          <span className={classes.mono}>{one.name}</span>: {one.meaning}
        </li>
      ))}
    </ul>
  );
}

type DialogProps = { plugin: Plugin; onClose: () => void };

function Grant({ plugin, onClose }: DialogProps) {
  const w = usePluginWords();
  const grant = useAct(
    () =>
      answer(
        client.PUT('/api/v1/plugins/{name}/grant', {
          ...named(plugin.name),
          body: { hash: plugin.hash, capabilities: plugin.capabilities.map((one) => one.name) },
        }),
      ),
    w.granted(plugin.title),
    onClose,
  );
  return (
    <Modal opened onClose={onClose} title={w.grantTitle(plugin.title)}>
      <Capabilities plugin={plugin} />
      <p className={classes.mono}>{plugin.hash}</p>
      <p className={classes.help}>{w.grantHelp}</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button loading={grant.isPending} onClick={() => grant.mutate()} data-autofocus>
          {w.grant}
        </Button>
      </Group>
    </Modal>
  );
}

function SwitchOff({ plugin, onClose }: DialogProps) {
  const w = usePluginWords();
  const failure = useFailure();
  const [reason, setReason] = useState('');
  const off = useAct(
    () =>
      answer(
        client.PUT('/api/v1/plugins/{name}/switch', {
          ...named(plugin.name),
          body: { on: false, reason },
        }),
      ),
    w.switchedOff(plugin.title),
    onClose,
  );
  return (
    <Modal opened onClose={onClose} title={`${w.off}: ${plugin.title}`}>
      <TextInput
        label={w.why}
        value={reason}
        error={off.error ? failure(off.error) : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button
          loading={off.isPending}
          disabled={reason.trim() === ''}
          onClick={() => off.mutate()}
        >
          {w.off}
        </Button>
      </Group>
    </Modal>
  );
}
