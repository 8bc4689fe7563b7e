// The JSON of the API. The names are those of the Rust types, and a test on the Rust side holds the fields against them.

export type Facet = 'open' | 'contact' | 'identity' | 'care' | 'special';
export type Kind = 'resident' | 'matter';
export type Level = 'grid' | 'community' | 'township' | 'county' | 'city' | 'province';
export type Role = 'grid_member' | 'community_director' | 'township_head' | 'county_head';
export type Act = 'create' | 'edit' | 'step' | 'settle' | 'adopt' | 'decline';
export type StatusWord = 'saved' | 'sent' | 'received' | 'admitted' | 'merged' | 'held';
export type PeerSide = 'parent' | 'hub' | 'phone' | 'desk';
export type DeclineReason = 'declined_wrong' | 'declined_duplicate' | 'declined_not_ours';

export interface Label {
  zh: string;
  en: string;
}

export interface Coded {
  code: string;
  zh: string;
  en: string;
}

export interface Page<T> {
  rows: T[];
  total: number;
  offset: number;
  limit: number;
}

export interface Person {
  member: string;
  name: string;
  role: Role | null;
  area: string;
}

export interface ReasonText {
  code: string;
  why: Label;
  remedy: Label;
}

export interface Status {
  word: StatusWord;
  level: Level | null;
  reason: ReasonText | null;
}

export interface ResidentRow {
  record: string;
  area: string;
  name: string;
  sex: Coded | null;
  birth: string;
  residence: Coded | null;
  household: string;
  address: string;
  id_number_masked: string;
  facets: Facet[];
  conflicts: number;
  parallel: boolean;
  held: number;
  changed_ms: number;
  changed_by: Person | null;
}

export interface MatterRow {
  record: string;
  area: string;
  title: string;
  sort: Coded | null;
  class: Coded | null;
  scale: Coded | null;
  severity: Coded | null;
  source: Coded | null;
  reporter: string;
  replied: boolean;
  place: string;
  occurred_ms: number | null;
  stage: Coded;
  closed: boolean;
  stage_since_ms: number | null;
  holder: string;
  steps: number;
  void_steps: number;
  conflicts: number;
  parallel: boolean;
  held: number;
  changed_ms: number;
  changed_by: Person | null;
}

export interface Candidate {
  choice: string;
  value: string;
  shown: Label;
  chosen: boolean;
  commit: string;
  author: Person | null;
  stated_ms: number | null;
}

export interface FieldRow {
  facet: Facet;
  key: string;
  label: Label;
  value: string;
  shown: Label;
  masked: boolean;
  candidates: Candidate[];
  problem: Label | null;
  author: Person | null;
  stated_ms: number | null;
}

export interface Resident {
  row: ResidentRow;
  fields: FieldRow[];
}

export interface StepRow {
  entry: string;
  step: Coded;
  by: Person;
  at_ms: number;
  note: string;
  to: string;
  stage: Coded;
  void: Label | null;
}

export interface Matter {
  row: MatterRow;
  fields: FieldRow[];
  log: StepRow[];
}

export interface ChangeRow {
  record: string;
  facet: Facet;
  key: string;
  label: Label;
  shown: Label | null;
  current: Label | null;
}

export interface HistoryRow {
  commit: string;
  act: Act | null;
  author: Person | null;
  device: string;
  stated_ms: number | null;
  received_ms: number;
  status: Status;
  answer: HeldAnswer | null;
  changes: ChangeRow[];
}

export interface HeldAnswer {
  commit: string;
  declined: ReasonText | null;
}

export interface ConflictRow {
  record: string;
  kind: Kind;
  area: string;
  title: string;
  field: FieldRow;
  since_ms: number | null;
}

export interface HeldRow {
  commit: string;
  reason: ReasonText;
  blocked_by: string;
  act: Act | null;
  author: Person | null;
  device: string;
  area: string;
  records: string[];
  stated_ms: number | null;
  held_ms: number;
  changes: ChangeRow[];
}

export interface PeerRow {
  key: string;
  side: PeerSide;
  level: Level;
  name: string;
  role: Role | null;
  area: string;
  revoked: boolean;
  connected: boolean;
  last_contact_ms: number | null;
  through: number;
  waiting: number;
  agent: string;
  until_ms: number | null;
}

export interface Counts {
  residents: number;
  matters: number;
  matters_open: number;
  stages: StageCount[];
  commits: number;
  inbox: number;
  parallel: number;
  conflicts: number;
  held: number;
  problems: number;
}

export interface AsOf {
  place: number;
  admitted_ms: number | null;
  behind: number;
  parent_ms: number | null;
  child_oldest_ms: number | null;
}

export interface ProblemRow {
  record: string;
  kind: Kind | null;
  area: string;
  text: string;
}

export type Order = 'newest' | 'register' | 'due' | 'oldest';

/** A condition on a field: all that is not empty must hold. */
export type FieldFilter = { key: string; value: string; from: string; until: string; missing: boolean };

export interface Query {
  area: string;
  text: string;
  filters: FieldFilter[];
  changed_before_ms: number | null;
  now_ms: number | null;
  overdue: boolean | null;
  due_before_ms: number | null;
  stage: string;
  closed: boolean | null;
  conflicts_only: boolean;
  order: Order;
  offset: number;
  limit: number;
}

export interface HubInfo {
  name: string;
  area: string;
  level: Level;
}

export interface Director {
  member: string;
  name: string;
  role: Role;
  area: string;
}

export interface Session {
  director: Director;
  idle_left_ms: number;
  absolute_left_ms: number;
}

export interface StageCount {
  stage: Coded;
  matters: number;
}

export interface Overview {
  counts: Counts;
  as_of: AsOf;
  parent: PeerRow | null;
}

export interface Settle {
  record: string;
  facet: Facet;
  key: string;
  choice: string;
  seen: string[];
}

export interface Done {
  commit: string;
}

export interface Problem {
  code: string;
  message_zh: string;
  message_en: string;
  remedy_zh: string;
  remedy_en: string;
}
