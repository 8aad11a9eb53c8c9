import { momentWords } from '../time/spoken';
import { nameFromEmail } from './names';

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;
const ADDRESS = /[\w.+-]+@[\w.-]+\.[a-z]{2,}/gi;

/** A sentence of the service with its instants and addresses as people say them. */
export function asSaid(sentence: string, now: number, language: string): string {
  return sentence
    .replace(INSTANT, (at) => momentWords(at, now, language))
    .replace(ADDRESS, (address) => nameFromEmail(address));
}
