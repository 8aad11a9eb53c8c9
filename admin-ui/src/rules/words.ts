import { useOwnWords } from '../words';
import { de } from './words.de';
import { en, type RuleWords } from './words.en';

/** The words of the pages about rules in the reader's language. */
export function useRuleWords(): RuleWords {
  return useOwnWords({ en, de });
}
