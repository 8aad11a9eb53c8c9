import { useOwnWords } from '../../words';
import { de } from './words.de';
import { en } from './words.en';

/** The words of the form that defines a source. */
export function useDefineWords(): typeof en {
  return useOwnWords({ en, de });
}
