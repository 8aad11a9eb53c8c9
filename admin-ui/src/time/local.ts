const two = (n: number) => String(n).padStart(2, '0');

/** An instant as a field of kind `datetime-local` has it, in the reader's zone. */
export function toLocalField(at: string | number): string {
  const then = new Date(at);
  const day = `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
  return `${day}T${two(then.getHours())}:${two(then.getMinutes())}`;
}

/** The instant that a field of kind `datetime-local` names; nothing if it is empty or makes none. */
export function fromLocalField(text: string): string | undefined {
  const at = new Date(text);
  return text === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Tomorrow at nine in the reader's zone. */
export function tomorrowMorning(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 9).getTime();
}
