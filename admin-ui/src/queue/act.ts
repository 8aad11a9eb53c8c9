import { alertCalls } from '../alerts/alerts';
import { calls } from '../api/calls';
import { answer, client } from '../api/client';
import type { CaseRecord } from '../api/types';
import { setUpon } from '../case/acts';

/** What an act did, and how to take it back where that can be done. */
export type Done = { touched: number; undo?: () => Promise<void> };

/** Gives cases an owner; the way back sets for each what a person had set before, if anybody had. */
export async function assign(
  cases: readonly string[],
  owner: string | null,
  reason: string,
  undoReason: string,
): Promise<Done> {
  const before: [CaseRecord, string | null][] = [];
  for (const id of cases) {
    const record = await calls.case(id);
    const set = record.overrides.find((one) => one.field === 'owner');
    const now = await setUpon({ field: 'owner', value: owner, reason }, record);
    before.push([now, set?.value ?? null]);
  }
  const undo = async () => {
    for (const [set, value] of before) {
      await setUpon({ field: 'owner', value, reason: undoReason }, set);
    }
  };
  return { touched: before.length, undo };
}

/** Sets the state of cases, with the way back to what each was. */
export async function setState(
  cases: readonly string[],
  state: string,
  reason: string,
  undoReason: string,
): Promise<Done> {
  const before: [CaseRecord, string][] = [];
  for (const id of cases) {
    const record = await calls.case(id);
    const now = await setUpon({ field: 'state', value: state, reason }, record);
    before.push([now, record.state]);
  }
  const undo = async () => {
    for (const [set, value] of before) {
      const back = value === 'candidate' ? null : value;
      await setUpon({ field: 'state', value: back, reason: undoReason }, set);
    }
  };
  return { touched: before.length, undo };
}

async function openAlerts(id: string) {
  const page = await answer(
    client.GET('/api/v1/alerts', { params: { query: { case: id, state: 'open', limit: 200 } } }),
  );
  return page.items;
}

/** Notes that the reader sees to every open alert of the cases. */
export async function acknowledgeAlerts(cases: readonly string[]): Promise<Done> {
  let touched = 0;
  for (const id of cases) {
    for (const alert of await openAlerts(id)) {
      await alertCalls.acknowledge(alert.id, '');
      touched += 1;
    }
  }
  return { touched };
}

/** Lets every open alert of the cases rest until then. */
export async function snoozeAlerts(cases: readonly string[], until: string): Promise<Done> {
  let touched = 0;
  for (const id of cases) {
    for (const alert of await openAlerts(id)) {
      await alertCalls.snooze(alert.id, until);
      touched += 1;
    }
  }
  return { touched };
}
