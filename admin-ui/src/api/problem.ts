/** What the service says when it refuses (RFC 9457), or that it does not answer at all. */
export class Problem extends Error {
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** The stable code of the service; empty if it gave none. */
  readonly code: string;

  constructor(status: number, detail: string, code = '') {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
  }
}

/** Reads the body of a refusal. */
export function problemOf(status: number, body: unknown): Problem {
  const said = (body ?? {}) as { title?: string; detail?: string; code?: string };
  return new Problem(status, said.detail ?? said.title ?? `HTTP ${status}`, said.code ?? '');
}

/** Whether somebody else changed it since it was read. */
export function isChanged(error: unknown): boolean {
  return error instanceof Problem && error.code === 'changed';
}

/** Whether the session ended. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
