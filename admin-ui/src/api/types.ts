/** What the API gives, named as on the server. */
export type Address = { name: string; email: string };
export type SpanPart = 'body' | 'subject' | 'from' | 'to' | 'cc';
export type Quote = {
  message: string;
  part: SpanPart;
  start: number;
  end: number;
  text: string;
  from: Address;
  at: string;
};
export type AccountRef = { id?: string | null; name: string; tier?: string | null };
export type ReasonRow = { signal: string; title: string; quote?: Quote | null };
export type CaseRow = {
  id: string;
  account: AccountRef;
  title: string;
  level: string;
  rank: number;
  level_since?: string | null;
  attention: number;
  state: string;
  owner?: string | null;
  waiting_on: string;
  reply_due?: string | null;
  last_at: string;
  messages: number;
  team?: string | null;
  reasons: ReasonRow[];
  last_words?: Quote | null;
};
export type QueueInfo = { id: string; title: string; help: string; count: number };
export type Page<T> = { items: T[]; next?: string | null; total: number };
export type SignalRecord = {
  signal: string;
  title: string;
  at: string;
  cleared_at?: string | null;
  weight: number;
  message?: string | null;
  evidence: Quote[];
  inputs: Record<string, string>;
  rules: string;
};
export type OverrideRecord = {
  field: string;
  value: string;
  rules_value?: string | null;
  by: string;
  at: string;
  reason: string;
};
export type ReviewRecord = {
  message: string;
  case: string;
  quoted_case: string;
  reason: string;
  from: Address;
  subject: string;
  at: string;
};
export type PersonRecord = {
  address: Address;
  side: string;
  team?: string | null;
  title?: string | null;
  wrote: number;
  first_at: string;
};
export type TimelineItem = { at: string } & (
  | {
      type: 'message';
      message: string;
      from: Address;
      side: string;
      subject: string;
      preview: string;
      class: string;
      attachments: number;
      within?: string | null;
    }
  | { type: 'note'; note: string; author: string; text: string }
  | { type: 'signal'; signal: string; title: string; evidence: Quote[] }
  | { type: 'signal_cleared'; signal: string; title: string }
  | { type: 'severity'; before: string; level: string; reasons: string[]; by?: string | null }
  | { type: 'owner'; to?: string | null; by?: string | null }
  | { type: 'act'; act: number; text: string; by: string; undoable: boolean }
);
export type CaseRecord = CaseRow & {
  token: string;
  rules?: string | null;
  merged: string[];
  signals: SignalRecord[];
  level_reasons: string[];
  overrides: OverrideRecord[];
  review: ReviewRecord[];
  people: PersonRecord[];
  timeline: TimelineItem[];
  changed: number;
};
export type SegmentKind = 'new' | 'quotation' | 'signature' | 'disclaimer' | 'forwarded';
export type Segment = { start: number; end: number; kind: SegmentKind };
export type Attachment = {
  part: number;
  name: string;
  media_type: string;
  size: number;
  sha256: string;
  inline: boolean;
};
export type SightingRecord = {
  evidence: string;
  source: string;
  source_title: string;
  folder: string;
  place: string;
  flags: string;
  captured: string;
};
export type MessageRecord = {
  key: string;
  evidence: string;
  case: string;
  why: { rule: string; detail: string; confidence: number };
  within?: string | null;
  nested: string[];
  message_id?: string | null;
  date?: string | null;
  happened: string;
  time_source: string;
  date_skew?: number | null;
  from: Address;
  sender?: Address | null;
  reply_to: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  subject: string;
  in_reply_to: string[];
  references: string[];
  list_id?: string | null;
  body: string;
  segments: Segment[];
  class: { kind: string; reason: string };
  attachments: Attachment[];
  foreign_tokens: string[];
  defects: { code: string; detail: string }[];
  charsets: { part: number; declared: string; used: string; detected: boolean }[];
  has_html: boolean;
  reused_message_id: boolean;
  sightings: SightingRecord[];
  signals: SignalRecord[];
  segments_by?: string | null;
};
export type Account = {
  id: string;
  name: string;
  domains: string[];
  tier?: string | null;
  timezone?: string | null;
  renewal?: string | null;
  fields: Record<string, string>;
};
export type Contact = {
  email: string;
  name: string;
  title: string;
  account?: string | null;
  fields: Record<string, string>;
};
export type AccountRecord = { account: Account; contacts: Contact[]; cases: CaseRow[] };
export type UnknownDomain = { name: string; cases: number; last_at: string };
export type Folder = {
  folder: string;
  seen: number;
  stored: number;
  duplicate: number;
  skipped: Record<string, number>;
  quarantined: number;
  bytes: number;
  balances: boolean;
};
export type SourceRecord = {
  id: string;
  kind: string;
  title: string;
  owner?: string | null;
  complete_at?: string | null;
  folders: Folder[];
};
export type QuarantineRecord = {
  evidence: string;
  reason: string;
  at: string;
  size: number;
  source: string;
  folder: string;
  place: string;
  tries: number;
};
export type HitRecord = {
  kind: string;
  message?: string | null;
  note?: string | null;
  case?: string | null;
  account?: AccountRef | null;
  level: string;
  subject: string;
  from: Address;
  at: string;
  snippet: string;
  marks: { start: number; end: number }[];
};
export type SearchRecord = {
  total: number;
  items: HitRecord[];
  next?: string | null;
  problems: { at: number; text: string }[];
  corrected: { word: string; found: string[] }[];
  coverage: number;
};
export type StatusRecord = {
  facts: number;
  head: string;
  messages: number;
  cases: number;
  escalations: number;
  quarantined: number;
  search_coverage: number;
  rules: string;
};
export type Session = { name: string; role: string };
