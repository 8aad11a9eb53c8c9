import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { de } from './de';
import { en, type Words } from './en';

export type Language = 'en' | 'de';
export type { Words };

const KEY = 'watchkeeper.language';
const all: Record<Language, Words> = { en, de };

type Chosen = { language: Language; words: Words; choose: (language: Language) => void };
const Context = createContext<Chosen>({ language: 'en', words: en, choose: () => undefined });

function remembered(): Language {
  const stored = localStorage.getItem(KEY);
  if (stored === 'en' || stored === 'de') return stored;
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

/** Gives the page its language: the reader's choice, else that of the browser. */
export function Speaking({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(remembered);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const chosen = useMemo(
    () => ({
      language,
      words: all[language],
      choose: (next: Language) => {
        localStorage.setItem(KEY, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <Context.Provider value={chosen}>{children}</Context.Provider>;
}

/** The words of the reader's language. */
export function useWords(): Words {
  return useContext(Context).words;
}

/** The reader's language, and how to choose another. */
export function useLanguage(): Chosen {
  return useContext(Context);
}

/** The words of a page that brings its own, so that they are loaded with it. */
export function useOwnWords<W>(own: Record<Language, W>): W {
  return own[useContext(Context).language];
}
