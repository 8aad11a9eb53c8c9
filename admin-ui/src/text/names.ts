import type { Address } from '../api/types';

const SMALL = new Set(['von', 'van', 'de', 'der', 'den', 'di', 'da', 'le', 'la']);

/**
 * A person's name from an address, for where the API knows the address alone:
 * `a.keller@…` reads "A. Keller".
 */
export function nameFromEmail(email: string): string {
  const local = email.split('@')[0] ?? email;
  const parts = local.split(/[._-]+/).filter((part) => part.length > 0);
  if (!email.includes('@') || parts.length < 2) return email.includes('@') ? local : email;
  return parts
    .map((part) => {
      if (part.length === 1) return `${part.toUpperCase()}.`;
      return SMALL.has(part) ? part : part.charAt(0).toUpperCase() + part.slice(1);
    })
    .join(' ');
}

/** The name if there is one, else what the address tells. */
export function shown(address: Address): string {
  return address.name || address.email;
}

/** An address as a header has it; spans of headers count in this text. */
export function asHeader(address: Address): string {
  if (!address.name) return address.email;
  return address.email ? `${address.name} <${address.email}>` : address.name;
}

/** Addresses as a header has them. */
export function asHeaderList(addresses: readonly Address[]): string {
  return addresses.map(asHeader).join(', ');
}

/** A size as people read it. */
export function sizeWords(bytes: number, language: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })} ${units[unit]}`;
}
