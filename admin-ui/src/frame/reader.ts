import { createContext, useContext } from 'react';
import type { Session } from '../api/types';

/** Who has signed in. */
export const ReaderContext = createContext<Session | undefined>(undefined);

const ORDER = ['admin', 'ops', 'manager', 'agent', 'viewer'];

/** Whether the reader may do what `least` may; the service checks the same. */
export function useMay(least: 'manager' | 'agent' | 'ops' | 'admin'): boolean {
  const reader = useContext(ReaderContext);
  return reader !== undefined && ORDER.indexOf(reader.role) <= ORDER.indexOf(least);
}

/** The reader. */
export function useReader(): Session | undefined {
  return useContext(ReaderContext);
}
