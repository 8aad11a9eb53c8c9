/** A search that somebody keeps under a name, in this browser. */
export type SavedSearch = { name: string; q: string };

const KEY = 'watchkeeper.searches';
const MOST = 50;

function isSaved(one: unknown): one is SavedSearch {
  const given = one as Partial<SavedSearch> | null;
  return typeof given?.name === 'string' && typeof given.q === 'string';
}

/** The searches kept in this browser, by name. */
export function savedSearches(): SavedSearch[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isSaved) : [];
  } catch {
    return [];
  }
}

function keep(searches: SavedSearch[]): SavedSearch[] {
  const sorted = [...searches].sort((a, b) => a.name.localeCompare(b.name)).slice(0, MOST);
  localStorage.setItem(KEY, JSON.stringify(sorted));
  return sorted;
}

/** Keeps a search under a name, in place of one of that name. */
export function saveSearch(search: SavedSearch): SavedSearch[] {
  return keep([...savedSearches().filter((one) => one.name !== search.name), search]);
}

/** Forgets the search of that name. */
export function forgetSearch(name: string): SavedSearch[] {
  return keep(savedSearches().filter((one) => one.name !== name));
}
