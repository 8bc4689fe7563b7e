// The JSON of the API. The names are those of the Rust types, and a test on the Rust side holds the fields against them.

export type Facet = 'open' | 'contact' | 'identity' | 'care' | 'special';
/** A word of the table of kinds, as `household`; what there is, the catalogue says. */
export type Kind = string;
export type Level = 'grid' | 'community' | 'township' | 'county' | 'city' | 'province';
export type Role =
  | 'grid_member'
  | 'community_director'
  | 'township_head'
  | 'county_head'
  | 'enterprise'
  | 'institution'
  | 'social'
  | 'volunteer'
  | 'resident'
  | 'deputy'
  | 'sensor';
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

export interface CellRow {
  key: string;
  label: Label;
  value: string;
  shown: Label;
}

export type Light = 'green' | 'yellow' | 'red';

export interface ClockRow {
  reported_ms: number | null;
  wait: Coded | null;
  yellow_ms: number | null;
  due_ms: number | null;
  urgent: boolean;
  suspended_until_ms: number | null;
  exempt: boolean;
  light: Light | null;
  escalated_to: Level | null;
  escalated_ms: number | null;
  age_days: number | null;
}

export interface RecordRow {
  record: string;
  kind: Kind;
  area: string;
  title: string;
  cells: CellRow[];
  stage: Coded | null;
  closed: boolean;
  stage_since_ms: number | null;
  holder: string;
  clock: ClockRow | null;
  facets: Facet[];
  conflicts: number;
  parallel: boolean;
  held: number;
  changed_ms: number;
  changed_by: Person | null;
}

export interface LinkRow {
  record: string;
  kind: Kind;
  key: string;
  label: Label;
  area: string;
  title: string;
}

export interface NextStep {
  step: Coded;
  about: string[];
}

export interface Shown {
  record: Record;
  next: NextStep[];
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

export interface StepRow {
  entry: string;
  step: Coded;
  by: Person;
  at_ms: number;
  note: string;
  to: string;
  stage: Coded;
  void: Label | null;
  details: DetailRow[];
}

export interface DetailRow {
  key: string;
  label: Label;
  value: string;
  shown: Label;
}

export interface Record {
  row: RecordRow;
  fields: FieldRow[];
  log: StepRow[];
  standing: Standing | null;
  links: LinkRow[];
}

export interface Standing {
  flow: Coded;
  urgent: boolean;
  held_by: HeldByRow | null;
  passed_up: Level | null;
  judged: boolean;
  phases: PhaseRow[];
  parts: PartRow[];
  returns: number;
  reworks: number;
  reopens: number;
  supporters: number;
  unanswered: number;
  disputed: number;
}

export interface HeldByRow {
  sort: string;
  name: string;
  shown: Label;
}

export interface PhaseRow {
  phase: Coded;
  since_ms: number | null;
  at_ms: number | null;
  by: Person | null;
  result: Coded | null;
}

export interface PartRow {
  entry: string;
  to: string;
  lead: boolean;
  state: Coded;
  since_ms: number;
  done_ms: number | null;
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

export interface AreaName {
  area: string;
  name: string;
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
export interface FieldFilter {
  key: string;
  value: string;
  from: string;
  until: string;
  missing: boolean;
}

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
  ageing: Ageing;
  escalations: number;
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
  field: string;
}

export interface Ageing {
  now_ms: number;
  open: number;
  overdue: number;
  buckets: AgeBucket[];
}

export interface AgeBucket {
  label: Label;
  from_days: number;
  until_days: number | null;
  matters: number;
  overdue: number;
  urgent: number;
}

export interface EscalationRow {
  record: string;
  area: string;
  title: string;
  to_level: Level;
  to_area: string;
  to_role: Role;
  to_name: string;
  since_ms: number;
  wait: Coded | null;
  due_ms: number | null;
  urgent: boolean;
  holder: string;
}

export interface Catalogue {
  groups: Group[];
  reports: ReportName[];
}

export interface Group {
  label: Label;
  kinds: KindName[];
}

export interface KindName {
  kind: Kind;
  label: Label;
  down: boolean;
}

export interface Form {
  kind: Kind;
  label: Label;
  fields: FormField[];
  steps: StepForm[];
}

export type FieldForm = 'line' | 'prose' | 'date' | 'instant' | 'integer' | 'truth' | 'code' | 'area' | 'link';

export interface FormField {
  key: string;
  label: Label;
  facet: Facet | null;
  form: FieldForm;
  codes: Coded[];
  title: boolean;
  needed: boolean;
  listed: boolean;
  filter: boolean;
  chars_max: number | null;
}

export interface StepForm {
  step: Coded;
  needs_note: boolean;
  to: boolean;
  needs_to: boolean;
  about: boolean;
  details: FormField[];
}

/** A value for a key; null takes the value away. */
export interface FieldEdit {
  key: string;
  value: string | null;
}

export interface NewStep {
  step: string;
  note: string;
  to: string;
  fields: FieldEdit[];
  at_ms: number | null;
}

export type Write =
  | { new: { kind: Kind; area: string; fields: FieldEdit[] } }
  | { edit: { record: string; fields: FieldEdit[] } }
  | { step: { record: string; step: NewStep } };

export interface Written {
  record: string;
  commit: string;
}

export type CountedIn = 'count' | 'permille' | 'ms' | 'milli';

export interface Indicator {
  code: string;
  label: Label;
  unit: CountedIn;
  n: number;
  of: number | null;
  value: number | null;
  split: Split[];
}

export interface Split {
  key: string;
  label: Label;
  n: number;
  of: number | null;
  value: number | null;
}

export interface Figures {
  area: string;
  from: string;
  until: string;
  now_ms: number;
  indicators: Indicator[];
}

export interface Board {
  periods: Figures[];
  below: Figures[];
}

export interface ReportName {
  name: string;
  label: Label;
  tells: Label;
  about: string;
}

export interface ReportAsk {
  name: string;
  area: string;
  from: string;
  until: string;
  about: string;
  rows_max: number;
}

export type CellForm = 'text' | 'coded' | 'record' | 'date' | 'count' | 'share' | 'span';

export interface Column {
  key: string;
  label: Label;
  form: CellForm;
}

export interface Cell {
  value: string;
  label: Label | null;
  n: number | null;
  of: number | null;
}

export interface ReportRow {
  cells: Cell[];
}

export interface Report {
  name: string;
  label: Label;
  area: string;
  from: string;
  until: string;
  now_ms: number;
  columns: Column[];
  rows: ReportRow[];
  total: number;
}

export interface FindingRow {
  code: string;
  hard: boolean;
  zh: string;
  en: string;
  records: string[];
}

export interface Check {
  findings: FindingRow[];
  hard: number;
  soft: number;
  cut: boolean;
}

export interface RecordName {
  record: string;
  kind: Kind;
  area: string;
  title: string;
}

export interface Checked {
  check: Check;
  names: RecordName[];
}
