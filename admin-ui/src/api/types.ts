import type { components, operations } from './schema';

type Schemas = components['schemas'];

export type Account = Schemas['Account'];
export type AccountRecord = Schemas['AccountRecord'];
export type Address = Schemas['Address'];
export type CaseRecord = Schemas['CaseRecord'];
export type CaseRow = Schemas['CaseRow'];
export type ChangeEvent = Schemas['ChangeEvent'];
export type Folder = Schemas['Folder'];
export type Hit = Schemas['Hit'];
export type MessageRecord = Schemas['MessageRecord'];
export type Person = Schemas['Person'];
export type Quote = Schemas['Quote'];
export type SearchResult = Schemas['SearchResult'];
export type SearchSort = NonNullable<
  NonNullable<operations['search']['parameters']['query']>['sort']
>;
export type SegmentKind = Schemas['SegmentWord'];
export type Session = Schemas['Session'];
export type Signal = Schemas['Signal'];
export type Source = Schemas['Source'];
export type SpanPart = Schemas['SpanPart'];
export type TimelineItem = Schemas['TimelineItem'];
export type Visibility = Schemas['Visibility'];
